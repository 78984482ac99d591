# Builds, tests and installs tw. `make help` lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

PREFIX ?= /usr/local
DESTDIR ?=
SECONDS ?= 60
KEYS ?= 10000
TW := .build/release/tw

.PHONY: build demo test test-real test-packages test-gpt2 mutants bench-language bench-probes bench-travel bench-reach bench-large fuzz fuzz-prompt interrupt deep docs lint install install-built uninstall dist deb build-dist clean help

## build: the tw binary, in .build/release
build:
	@scripts/bootstrap.sh
	swift build -c release --product tw

## demo: which tokens the heads of the embedded model look for and write, for a list of common nouns
demo: build
	$(TW) examples/common_nouns.tw --prefix " "

## test: all tests, on the very binary that users get (the flag keeps `swift test` from building another); an import that Package.swift does not declare is an error
test:
	@scripts/bootstrap.sh --test
	swift build -c release --explicit-target-dependency-import-check error
	swift test -c release --disable-testable-imports --disable-xctest --no-parallel

## test-real: against the programs that people have beside tw: huggingface_hub, rocrate and JupyterLab (PyPI), and as root a Slurm of one node; says what it leaves out (python3)
test-real: build
	Tests/real/run.sh $(TW)

## test-packages: the tarball and the Debian package in fresh systems, as root; says what it leaves out
test-packages: build-dist
	Tests/real/roots.sh

## test-gpt2: the real GPT-2, where it is in the cache: against numbers of the authors' own files, and the paper's recipes on it
test-gpt2: build
	Tests/real/gpt2.sh $(TW)

## bench-language: the language beside CPython, side by side (python3)
bench-language: build
	python3 bench/language/run.py

## bench-probes: the probes at GPT-2's size, beside NumPy and PyTorch (python3 with numpy, torch, safetensors)
bench-probes: build
	python3 bench/probes/run.py

## bench-travel: passes and layouts at GPT-2's size, beside PyTorch and umap-learn (python3 with torch, umap-learn, safetensors)
bench-travel: build
	python3 bench/travel/run.py

## bench-reach: ablation, patching, attribution and their kin at GPT-2's size, beside PyTorch with hooks (python3 with torch, safetensors)
bench-reach: build
	python3 bench/reach/run.py

## bench-large: a Llama of 1.2 billion parameters in bfloat16 and Q8_0, beside float32, PyTorch and llama.cpp; 9 GB in .build/bench (python3 with torch, transformers, gguf, and llama-cpp-python if it is there)
bench-large: build
	python3 bench/large/run.py
	python3 bench/large/run.py --memory --cold

## fuzz: random programs against the syntax and the interpreter, random files against their readers, SECONDS=60 each (python3); findings are left in .build/fuzz
fuzz:
	@scripts/bootstrap.sh
	tools/fuzz/run.sh $(SECONDS)

## mutants: puts realistic mistakes into a copy of the sources, one at a time, and names those that no test notices (python3)
mutants:
	@scripts/bootstrap.sh --test
	python3 tools/mutants/run.py

## deep: what takes too long for every change, under an hour: sanitizers, fuzzing, mutants
deep:
	.ci/deep

## lint: formatting and style
lint:
	swift format lint --strict -r Sources Tests tools/fuzz/Sources Package.swift

## fuzz-prompt: random keys into the prompt in a terminal, KEYS=10000 sequences (python3)
fuzz-prompt: build
	tools/fuzz/prompt.py $(TW) --sequences $(KEYS)

## interrupt: Ctrl-C in every operation with a large input, in a terminal; lists those that take over 100 ms (python3; a quiet machine)
interrupt: build
	tools/interrupt/run.py $(TW)

## docs: what follows from tw's own lists: docs/reference.md, docs/errors.md, and the syntax for editors
docs: build
	$(TW) doc >docs/reference.md
	$(TW) doc --errors >docs/errors.md
	$(TW) doc --for vim >editors/vim/syntax/tw.vim
	$(TW) doc --for textmate >editors/vscode/syntaxes/tw.tmLanguage.json

# What `tw doc --for KIND` writes, and where below PREFIX/share.
GENERATED := man:man/man1/tw.1 bash:bash-completion/completions/tw zsh:zsh/site-functions/_tw fish:fish/vendor_completions.d/tw.fish

## install: the binary to DESTDIR PREFIX/bin (PREFIX=/usr/local), the manual page, completions of shells and Plotly.js to PREFIX/share; as another user without swift: what was built
install:
	@if command -v swift >/dev/null || [[ ! -x $(TW) ]]; then $(MAKE) --no-print-directory build; fi
	@$(MAKE) --no-print-directory install-built

# The same of what is there.
install-built:
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 -s "$(TW)" "$(DESTDIR)$(PREFIX)/bin/tw"
	@share="$(DESTDIR)$(PREFIX)/share"; \
	for file in $(GENERATED); do \
	  install -d "$$share/$$(dirname "$${file#*:}")"; \
	  "$(TW)" doc --for "$${file%%:*}" >"$$share/$${file#*:}"; done
	@if [[ -f share/plotly.min.js ]]; then \
	  install -D -m 644 share/plotly.min.js "$(DESTDIR)$(PREFIX)/share/traveling-words/plotly.min.js"; fi

## uninstall: removes what install has put there
uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/tw" $(foreach file,$(GENERATED),"$(DESTDIR)$(PREFIX)/share/$(lastword $(subst :, ,$(file)))")
	rm -rf "$(DESTDIR)$(PREFIX)/share/traveling-words"

## dist: a tarball that runs on Debian 12, Ubuntu 22.04 and newer without a toolchain, in .build/dist
dist: build-dist
	scripts/package.sh tarball

## deb: a package for the same systems, in .build/dist
deb: build-dist
	scripts/package.sh deb

# With libedit in the binary.
build-dist:
	@scripts/bootstrap.sh
	TW_STATIC_EDIT=1 swift build -c release --product tw

## clean: removes what was built
clean:
	swift package clean

## help: lists the targets
help:
	@sed -n 's/^## //p' $(firstword $(MAKEFILE_LIST))
