#!/usr/bin/env bash
# Tests against the programs that people have beside tw: huggingface_hub and rocrate from PyPI, Slurm from Debian. run.sh TW
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tw=$(realpath "$1")
packages=(huggingface_hub==2.4.0 rocrate==0.16.0)

python=.build/real/bin/python
if ! "$python" -m pip --version >/dev/null 2>&1; then python3 -m venv .build/real; fi
"$python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
"$python" Tests/real/hub.py "$tw"
"$python" Tests/real/crate.py "$tw"

missing=()
for name in slurmctld slurmd munged; do command -v "$name" >/dev/null || missing+=("$name"); done
if ((EUID != 0)); then
  echo 'slurm: left out: its daemons are started by root'
else
  if ((${#missing[@]})); then DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends slurm-wlm munge >/dev/null; fi
  python3 Tests/real/slurm.py "$tw"
fi
