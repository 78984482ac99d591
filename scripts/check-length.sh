#!/usr/bin/env bash
# Fails when a Swift file has more than 400 lines: split it by what it knows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

limit=400
status=0
while IFS= read -r -d '' file; do
  lines=$(wc -l <"$file")
  if ((lines > limit)); then
    printf 'check-length: %s has %d lines, %d are allowed\n' "$file" "$lines" "$limit" >&2
    status=1
  fi
done < <(find Sources Tests Package.swift -name '*.swift' -print0)
exit "$status"
