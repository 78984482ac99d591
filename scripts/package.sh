#!/usr/bin/env bash
# Makes a tarball or a Debian package of the binary that `make dist` or `make deb` has built: package.sh tarball|deb [FOLDER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kind=${1-}
folder=${2-.build/dist}
tw=.build/release/tw
fail() {
  printf 'package: %s\n' "$*" >&2
  exit 1
}
[[ $kind == tarball || $kind == deb ]] || fail 'usage: scripts/package.sh tarball|deb [FOLDER]'

# Ubuntu 22.04 has version 2.35 of the C library and 3.4.30 of libstdc++.
symbols=$(objdump -T "$tw")
newest() { grep -oE "$1_[0-9.]+" <<<"$symbols" | sort -Vu | tail -1; }
is_at_most() { [[ $(printf '%s\n' "$1" "$2" | sort -V | tail -1) == "$2" ]]; }
is_at_most "$(newest GLIBC)" GLIBC_2.35 || fail "the binary asks for $(newest GLIBC): build it on an older system"
is_at_most "$(newest GLIBCXX)" GLIBCXX_3.4.30 || fail "the binary asks for $(newest GLIBCXX): build it on an older system"
needed=$(objdump -p "$tw" | awk '$1 == "NEEDED" { print $2 }')
for library in $needed; do
  case "$library" in
  libc.so.6 | libm.so.6 | libgcc_s.so.1 | libstdc++.so.6 | ld-linux-*) ;;
  *) fail "the binary needs $library, which a fresh system has not; \`make $([[ $kind == deb ]] && echo deb || echo dist)\` builds one that does not" ;;
  esac
done

version=$("$tw" --version | awk '{ print $2 }')
date=$(git log -1 --format=%ct 2>/dev/null || date +%s)
machine=$(uname -m)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
umask 022
mkdir -p "$folder"
install_below() { make --no-print-directory install-built DESTDIR="$stage" PREFIX="$1" >/dev/null; }

tarball() {
  local name=tw-$version-linux-$machine
  install_below "/$name"
  install -m 644 README.md CHANGELOG.md LICENSE "$stage/$name"
  cp -r examples docs "$stage/$name"
  # The same commit gives the same bytes.
  tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$date" -cf - "$name" | gzip -9n >"$folder/$name.tar.gz"
  (cd "$folder" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
  echo "$folder/$name.tar.gz"
}

deb() {
  local name=traveling-words architecture documents size
  architecture=$(dpkg --print-architecture)
  documents=$stage/usr/share/doc/$name
  install_below /usr
  # Debian's place for completions of zsh.
  mkdir -p "$stage/usr/share/zsh" "$documents"
  mv "$stage/usr/share/zsh/site-functions" "$stage/usr/share/zsh/vendor-completions"
  gzip -9n "$stage/usr/share/man/man1/tw.1"
  gzip -9nc CHANGELOG.md >"$documents/changelog.gz"
  cp LICENSE "$documents/copyright"
  cp -r examples "$documents"
  size=$(du -sk "$stage/usr" | cut -f 1)
  mkdir "$stage/DEBIAN"
  # libc6 and the others as far as the check above goes; of the rest, each is loaded when it is first needed.
  cat >"$stage/DEBIAN/control" <<END
Package: $name
Version: $version
Architecture: $architecture
Maintainer: Traveling Words <traveling-words@localhost>
Section: science
Priority: optional
Installed-Size: $size
Depends: libc6 (>= 2.35), libgcc-s1, libstdc++6 (>= 11), libopenblas0
Recommends: gnuplot-nox, zlib1g, libssl3t64 | libssl3, libcurl4t64 | libcurl4, libpng16-16t64 | libpng16-16, libjpeg62-turbo | libjpeg-turbo8
Suggests: libzmq5, python3-notebook
Description: scripting shell that takes the weights of transformers apart
 tw is a small language with a prompt, for questions about the weights and
 states of transformer models: heads, embeddings, directions, layouts.
 It reads models in the layout of the Hugging Face hub; a small one is built in.
END
  (cd "$stage" && find usr -type f -printf '%P\n' | LC_ALL=C sort | sed 's|^|usr/|' | xargs -d '\n' md5sum >DEBIAN/md5sums)
  SOURCE_DATE_EPOCH=$date dpkg-deb --root-owner-group -Zxz --build "$stage" "$folder/${name}_${version}_$architecture.deb" >/dev/null
  echo "$folder/${name}_${version}_$architecture.deb"
}

"$kind"
