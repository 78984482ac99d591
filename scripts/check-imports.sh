#!/usr/bin/env bash
# Arrows point down only: Shell → Ops → Runtime → Lang. Prints every line that imports upwards and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

status=0
forbid() {
  local room=$1 above=$2
  # Also `@testable import Ops`, `import struct Ops.X`, `public import Ops`.
  local kinds='(typealias|struct|class|enum|protocol|let|var|func)'
  local pattern="^[[:space:]]*([@a-z_()A-Z]+[[:space:]]+)*import[[:space:]]+(${kinds}[[:space:]]+)?(${above})([.[:space:];]|\$)"
  if grep -rnE --include='*.swift' "$pattern" "Sources/$room"; then
    printf 'check-imports: %s must not import %s (CONTRIBUTING.md, "The rooms")\n' "$room" "${above//|/, }" >&2
    status=1
  fi
}

forbid Lang 'Runtime|Ops|Shell|COpenBLAS|CEmbedded|CEditline'
forbid Runtime 'Ops|Shell|CEmbedded|CEditline'
forbid Ops 'Shell|CEditline|ArgumentParser'
exit "$status"
