# Builds, tests and installs tw. `make help` lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

PREFIX ?= /usr/local
DESTDIR ?=
SECONDS ?= 60
TW := .build/release/tw

.PHONY: build demo test bench-language bench-probes bench-travel fuzz docs lint install clean help

## build: the tw binary, in .build/release
build:
	@scripts/bootstrap.sh
	swift build -c release --product tw

## demo: which tokens the heads of the embedded model look for and write, for a list of common nouns
demo: build
	$(TW) examples/common_nouns.tw --prefix " "

## test: all tests, on the very binary that users get (the flag keeps `swift test` from building another)
test:
	@scripts/bootstrap.sh --test
	swift build -c release
	swift test -c release --disable-testable-imports --disable-xctest --no-parallel

## bench-language: the language beside CPython, side by side (python3)
bench-language: build
	python3 bench/language/run.py

## bench-probes: the probes at GPT-2's size, beside NumPy and PyTorch (python3 with numpy, torch, safetensors)
bench-probes: build
	python3 bench/probes/run.py

## bench-travel: the layout of a trajectory, beside umap-learn (python3 with umap-learn, safetensors)
bench-travel: build
	python3 bench/travel/run.py

## fuzz: random programs against the syntax and the interpreter, SECONDS=60 each; findings are left in .build/fuzz
fuzz:
	@scripts/bootstrap.sh
	tools/fuzz/run.sh $(SECONDS)

## lint: formatting and style
lint:
	swift format lint --strict -r Sources Tests tools/fuzz/Sources Package.swift

## docs: the generated pages, docs/reference.md and docs/errors.md
docs: build
	$(TW) doc >docs/reference.md
	$(TW) doc --errors >docs/errors.md

## install: the binary to DESTDIR PREFIX/bin (PREFIX=/usr/local), Plotly.js to PREFIX/share; as another user without swift: what was built
install:
	@if command -v swift >/dev/null || [[ ! -x $(TW) ]]; then $(MAKE) --no-print-directory build; fi
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 -s "$(TW)" "$(DESTDIR)$(PREFIX)/bin/tw"
	@if [[ -f share/plotly.min.js ]]; then \
	  install -D -m 644 share/plotly.min.js "$(DESTDIR)$(PREFIX)/share/traveling-words/plotly.min.js"; fi

## clean: removes what was built
clean:
	swift package clean

## help: lists the targets
help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST))
