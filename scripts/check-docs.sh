#!/usr/bin/env bash
# Fails when a generated page differs from what the binary says now; `make docs` brings them up to date.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tw=${TW_BINARY:-.build/release/tw}
status=0
check() {
  local page=$1
  shift
  if ! "$tw" doc "$@" | diff -u "$page" - >&2; then
    printf 'check-docs: %s is out of date; run: make docs\n' "$page" >&2
    status=1
  fi
}

check docs/reference.md
check docs/errors.md --errors
check editors/vim/syntax/tw.vim --for vim
check editors/vscode/syntaxes/tw.tmLanguage.json --for textmate
exit "$status"
