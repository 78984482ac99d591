#!/usr/bin/env bash
# Installs the system packages that building and drawing need and that are missing; with --test also what the tests need. Fetches
# Plotly.js, which draws the pages that figures are saved as, into share/. Silent when nothing is missing.
set -euo pipefail

say() { printf 'bootstrap: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

packages=(libedit-dev libopenblas-dev liblapacke-dev zlib1g-dev libpng-dev libjpeg-dev libcurl4-openssl-dev gnuplot-nox)
case "${1-}" in
'') ;;
--test) packages+=(tmux chromium libzmq5) ;;
*) fail "unknown option $1; usage: scripts/bootstrap.sh [--test]" ;;
esac

command -v swift >/dev/null ||
  fail 'there is no Swift toolchain on the PATH; install Swift 6.1 or later from https://www.swift.org/install'

# Plotly.js comes in the wheel of Plotly for Python. The version is named once more in Sources/Ops/Figures/Page/PlotlyLibrary.swift.
plotly_wheel=plotly==7.1.0
plotly_sum=3b6e15d45dbb7fca5bd2094291e961ddc5472cd887009e6009a56dab668d721f
plotly_file=$(dirname "${BASH_SOURCE[0]}")/../share/plotly.min.js
has_plotly() { [[ -f $1 ]] && [[ $(sha256sum <"$1") == "$plotly_sum  -" ]]; }
if ! has_plotly "$plotly_file" && ! python3 -m pip --version >/dev/null 2>&1; then packages+=(python3-pip); fi

# On systems without dpkg, the files that tell that a package is there.
is_there() {
  local file
  case "$1" in
  libedit-dev) set -- /usr/include/histedit.h /usr/local/include/histedit.h ;;
  libopenblas-dev) set -- /usr/include/cblas.h /usr/include/openblas/cblas.h /usr/include/*/cblas.h ;;
  liblapacke-dev) set -- /usr/include/lapacke.h /usr/include/openblas/lapacke.h /usr/include/*/lapacke.h ;;
  libcurl4-openssl-dev) set -- /usr/include/curl/curl.h /usr/local/include/curl/curl.h /usr/include/*/curl/curl.h ;;
  zlib1g-dev) set -- /usr/include/zlib.h /usr/local/include/zlib.h ;;
  libpng-dev) set -- /usr/include/png.h /usr/local/include/png.h ;;
  libjpeg-dev) set -- /usr/include/jpeglib.h /usr/local/include/jpeglib.h ;;
  gnuplot-nox)
    command -v gnuplot >/dev/null
    return
    ;;
  libzmq5) set -- /usr/lib/libzmq.so.5 /usr/local/lib/libzmq.so.5 /usr/lib*/libzmq.so.5 /usr/lib/*/libzmq.so.5 ;;
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
install_packages() {
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
}
((${#missing[@]} == 0)) || install_packages

# Everything works without it; a page then needs the network when it is opened.
fetch_plotly() {
  local folder
  folder=$(mktemp -d)
  # The folder's name is wanted now: it is gone when the trap runs.
  # shellcheck disable=SC2064
  trap "rm -rf '$folder'" EXIT
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --retries 1 --timeout 20 \
    --dest "$folder" "$plotly_wheel" >&2 || return
  python3 -m zipfile -e "$folder"/plotly-*.whl "$folder" || return
  has_plotly "$folder/plotly/package_data/plotly.min.js" || return
  install -D -m 644 "$folder/plotly/package_data/plotly.min.js" "$plotly_file"
}
if ! has_plotly "$plotly_file"; then
  say "fetching Plotly.js ($plotly_wheel)"
  fetch_plotly || say 'Plotly.js could not be fetched: pages (.html) will load it from cdn.plot.ly when they are opened'
fi

# Jupyter's own clients, which test tw as a kernel of notebooks, in a folder of Python packages of their own.
notebook_packages=(jupyter_client==8.10.0 jupyter_kernel_test==0.7.0 jupyter-console==6.6.3 nbclient==0.11.0 nbformat==5.11.1)
notebook_folder=$(dirname "${BASH_SOURCE[0]}")/../.build/notebooks
fetch_notebooks() {
  python3 -m venv "$notebook_folder" >&2 || return
  "$notebook_folder/bin/python" -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 20 \
    "${notebook_packages[@]}" >&2 || return
  printf '%s\n' "${notebook_packages[@]}" >"$notebook_folder/packages"
}
if [[ ${1-} == --test && $(cat "$notebook_folder/packages" 2>/dev/null) != "$(printf '%s\n' "${notebook_packages[@]}")" ]]; then
  say 'fetching the clients of Jupyter'
  fetch_notebooks || say 'the clients of Jupyter could not be fetched: the tests of notebooks are left out'
fi
