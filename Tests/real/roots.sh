#!/usr/bin/env bash
# The tarball and the Debian package in fresh systems without a toolchain: roots.sh, as root, with debootstrap. Makes both, and in the root of each
# release that the system's own mirrors have, runs the tarball as it is, then installs the package, runs it and removes it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=.build/dist
roots=.build/roots
mkdir -p "$roots"

if ((EUID != 0)); then
  echo 'roots: left out: a fresh system is made by root'
  exit
fi
if ! command -v debootstrap >/dev/null; then
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends debootstrap >/dev/null 2>&1 || true
fi
if ! command -v debootstrap >/dev/null; then
  echo 'roots: left out: there is no debootstrap'
  exit
fi
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -1)
tarball=$(scripts/package.sh tarball "$out")
package=$(scripts/package.sh deb "$out")

root=
leave() { if [[ -n $root ]]; then umount "$root/proc" 2>/dev/null || true; fi; }
trap leave EXIT
fail() {
  echo "roots: $release: $*" >&2
  exit 1
}
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

tried=0
for release in bookworm jammy trixie; do
  root=$roots/$release
  rm -rf "$root"
  if ! debootstrap --variant=minbase "$release" "$root" "$mirror" >"$roots/$release.log" 2>&1; then
    echo "roots: $release: left out, the mirror has no such release"
    rm -rf "$root"
    continue
  fi
  tried=$((tried + 1))
  # Swift finds the words of the command line there.
  mount -t proc proc "$root/proc"
  tar -xzf "$tarball" -C "$root/opt"
  folder=/opt/$(basename "$tarball" .tar.gz)
  [[ $(inside "$folder/bin/tw" -e '1+1') == 2 ]] || fail 'the tarball does not compute'
  inside "$folder/bin/tw" "$folder/examples/sentences.tw" --help >/dev/null || fail 'the tarball knows no recipe'
  [[ $(inside "$folder/bin/tw" -e 'svd(randn(2, 2))' 2>&1) == *'apt install libopenblas0'* ]] ||
    fail 'what is missing is not named'
  rm -rf "${root:?}$folder"

  cp "$package" "$root/tmp/tw.deb"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  (inside apt-get -qq update && inside env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends /tmp/tw.deb) \
    >>"$roots/$release.log" 2>&1 || fail "the package is not installed: $(tail -3 "$roots/$release.log")"
  [[ $(inside tw --version) == "tw "* ]] || fail 'the package has no tw'
  [[ $(inside tw -e 'len(nearest(load("mini").wte[0], load("mini").wte))') == 5 ]] || fail 'the package does not compute'
  files=$(inside dpkg -L traveling-words)
  for file in /usr/bin/tw /usr/share/man/man1/tw.1.gz /usr/share/bash-completion/completions/tw /usr/share/doc/traveling-words/copyright; do
    grep -qx "$file" <<<"$files" || fail "the package lacks $file"
  done
  inside dpkg --purge traveling-words >>"$roots/$release.log" 2>&1 || fail 'the package is not removed'
  for file in $files; do
    # Folders that others have too stay.
    [[ -d $root$file || ! -e $root$file ]] || fail "$file is left behind"
  done
  echo "roots: $release: the tarball runs, the package is installed, runs and is removed"
  leave
  rm -rf "$root"
done
((tried > 0)) || echo "roots: left out: no release could be made from the mirror"
