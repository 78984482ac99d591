#!/usr/bin/env bash
# Tests against the programs that people have beside tw: huggingface_hub, rocrate and JupyterLab from PyPI, Slurm from Debian. What
# cannot run here is left out, and said so. run.sh TW
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tw=$(realpath "$1")
packages=(huggingface_hub==2.4.0 rocrate==0.16.0 jupyterlab==4.6.6 websocket-client==1.9.2)

python=.build/real/bin/python
if ! "$python" -m pip --version >/dev/null 2>&1; then python3 -m venv .build/real >/dev/null 2>&1 || true; fi
if "$python" -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 20 "${packages[@]}" >/dev/null 2>&1; then
  "$python" Tests/real/hub.py "$tw"
  "$python" Tests/real/crate.py "$tw"
  if ! command -v chromium >/dev/null; then
    echo 'lab: left out: there is no chromium'
  elif ! ldconfig -p | grep -q libzmq.so.5; then
    echo 'lab: left out: there is no libzmq.so.5'
  else
    "$python" Tests/real/lab.py "$tw"
  fi
else
  echo "hub, crate, lab: left out: pip could not install ${packages[*]}"
fi

missing=()
for name in slurmctld slurmd munged; do command -v "$name" >/dev/null || missing+=("$name"); done
if ((EUID != 0)); then
  echo 'slurm: left out: its daemons are started by root'
elif ((${#missing[@]})) && ! DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends slurm-wlm munge >/dev/null 2>&1; then
  echo "slurm: left out: there is no ${missing[*]}, and apt-get could not install them"
else
  python3 Tests/real/slurm.py "$tw"
fi
