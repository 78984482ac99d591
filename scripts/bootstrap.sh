#!/usr/bin/env bash
# Installs the system packages that building and drawing need and that are missing; with --test also what the tests need.
# Silent when nothing is missing.
set -euo pipefail

say() { printf 'bootstrap: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

packages=(libedit-dev libopenblas-dev liblapacke-dev gnuplot-nox)
case "${1-}" in
'') ;;
--test) packages+=(tmux) ;;
*) fail "unknown option $1; usage: scripts/bootstrap.sh [--test]" ;;
esac

command -v swift >/dev/null ||
  fail 'there is no Swift toolchain on the PATH; install Swift 6.1 or later from https://www.swift.org/install'

# On systems without dpkg, the files that tell that a package is there.
is_there() {
  local file
  case "$1" in
  libedit-dev) set -- /usr/include/histedit.h /usr/local/include/histedit.h ;;
  libopenblas-dev) set -- /usr/include/cblas.h /usr/include/openblas/cblas.h /usr/include/*/cblas.h ;;
  liblapacke-dev) set -- /usr/include/lapacke.h /usr/include/openblas/lapacke.h /usr/include/*/lapacke.h ;;
  gnuplot-nox)
    command -v gnuplot >/dev/null
    return
    ;;
  *)
    command -v "$1" >/dev/null
    return
    ;;
  esac
  for file in "$@"; do
    [[ -e $file ]] && return 0
  done
  return 1
}

missing=()
if command -v dpkg-query >/dev/null; then
  # One question for all of them. dpkg-query fails when it does not know one, and answers for the others.
  installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
  for package in "${packages[@]}"; do
    [[ $installed == *"ii  $package"* ]] || missing+=("$package")
  done
else
  for package in "${packages[@]}"; do
    is_there "$package" || missing+=("$package")
  done
fi
((${#missing[@]} > 0)) || exit 0

command -v apt-get >/dev/null ||
  fail "missing: ${missing[*]} (Debian's names); there is no apt-get here, install them with this system's own tool"

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null ||
    fail "missing: ${missing[*]}; as root, run: apt-get install ${missing[*]}"
  # A password can be asked for only where somebody can type it.
  [[ -t 0 ]] || sudo -n true 2>/dev/null ||
    fail "missing: ${missing[*]}; sudo wants a password, run: sudo apt-get install ${missing[*]}"
  as_root=(sudo)
fi

say "installing ${missing[*]}"
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >&2; }
# Without the network the known lists may still do.
apt update || say 'the package lists could not be updated; trying with the present ones'
apt install -y --no-install-recommends "${missing[@]}" ||
  fail "apt-get could not install ${missing[*]}; its reason is above"
