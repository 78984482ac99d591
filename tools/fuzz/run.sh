#!/usr/bin/env bash
# Fuzzes lexer, parser, resolver and formatter, then the whole interpreter, then the readers of files, for SECONDS each (default 60).
# Seeds are the language suite, the examples and the library, and small files (seeds.py). What goes wrong is kept in OUT (default .build/fuzz) as crash-*, timeout-* and oom-*.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
out=$(realpath -m "${OUT:-.build/fuzz}")
targets=${TARGETS:-syntax program files}

TW_FUZZ=1 swift build -c release --product Fuzz --scratch-path "$out/build" \
  -Xswiftc -sanitize=fuzzer 2>&1 | grep -E 'error|Compiling Fuzz|Build' >&2
binary=$out/build/release/Fuzz

seeds=$out/seeds
rm -rf "$seeds"
mkdir -p "$seeds"
while IFS= read -r file; do cp "$file" "$seeds/${file//\//_}"; done < <(find Tests examples stdlib -name '*.tw')

export FUZZ_SEEDS=$out/file-seeds
rm -rf "$FUZZ_SEEDS"
python3 tools/fuzz/seeds.py "$FUZZ_SEEDS"

# Programs may write below the current folder.
mkdir -p "$out/folder/data"
cp data/*.txt "$out/folder/data"
cd "$out/folder"

# Swift's own report of a crash would come before libFuzzer keeps the input.
export SWIFT_BACKTRACE=enable=no
failed=0
for target in $targets; do
  mkdir -p "$out/$target"
  if [[ $target == files ]]; then from=$FUZZ_SEEDS longest=16384; else from=$seeds longest=4096; fi
  "$binary" "$target" "$out/$target" "$from" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2500 -max_len=$longest \
    -artifact_prefix="$out/$target-" -print_final_stats=1 -verbosity=1 >"$out/$target.log" 2>&1 || failed=1
  grep -E '^stat::number_of_executed_units|^SUMMARY|ERROR' "$out/$target.log" | sed "s/^/$target: /" || true
done
exit $failed
