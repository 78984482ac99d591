#!/usr/bin/env bash
# Draws the pictures of docs/gallery.md from the lines that stand there: a block ```tw NAME is run with `m`, the model that is built in, and its figure `f` is
# written to docs/gallery/NAME.svg. With --pages DIR also as DIR/NAME.html.
set -euo pipefail
cd "$(dirname "$0")/.."
tw=${TW_BINARY:-.build/release/tw}
pages=
if [ "${1:-}" = --pages ]; then pages=$2; mkdir -p "$pages"; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v work="$work" '/^```tw / { file = work "/" $2 ".tw"; print "m = load(\"mini\")" >file; next } /^```/ { file = "" } file { print >file }' docs/gallery.md
mkdir -p docs/gallery
for block in "$work"/*.tw; do
  name=$(basename "$block" .tw)
  echo "save(f, \"docs/gallery/$name.svg\")" >>"$block"
  if [ -n "$pages" ]; then echo "save(f, \"$pages/$name.html\")" >>"$block"; fi
  "$tw" --no-provenance "$block" || { echo "docs/gallery.md: the block $name does not run" >&2; exit 1; }
done
# Pictures that no block draws any more.
for picture in docs/gallery/*.svg; do
  [ -e "$work/$(basename "$picture" .svg).tw" ] || rm "$picture"
done
