#!/usr/bin/env python3
"""`tw pull` and Python's huggingface_hub on one cache: each finds what the other has written. hub.py TW"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

TW = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
folder = tempfile.mkdtemp(prefix="tw-hub-")
os.makedirs(folder + "/repos/org/tiny/sub")
for name in os.listdir(ROOT + "/Models/mini"):
    shutil.copy(f"{ROOT}/Models/mini/{name}", folder + "/repos/org/tiny/")
with open(folder + "/repos/org/tiny/sub/more.txt", "w") as file:
    file.write("more")
server = subprocess.Popen([sys.executable, ROOT + "/Tests/servers/hub.py", folder, str(os.getpid())])
while not os.path.exists(folder + "/port"):
    time.sleep(0.05)
endpoint = "http://127.0.0.1:" + open(folder + "/port").read().split()[0]


def run(code, home, **more):
    environment = dict(os.environ, HF_HOME=f"{folder}/{home}", HF_ENDPOINT=endpoint, HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_TELEMETRY="1", **more)
    environment.pop("HF_HUB_CACHE", None)
    words = code if isinstance(code, list) else [sys.executable, "-c", code]
    result = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result
    return result.stdout.strip()


try:
    # What tw has written, Python finds without a network.
    place = run([TW, "pull", "org/tiny"], "ours")
    run([TW, "pull", "org/tiny", "--files", "sub/*"], "ours")
    run([TW, "pull", "org/tiny", "--revision", "refs/pr/1"], "ours")
    print(run(f"""
from huggingface_hub import scan_cache_dir, snapshot_download, try_to_load_from_cache
for revision in ("main", "refs/pr/1", "{os.path.basename(place)}"):
    assert snapshot_download("org/tiny", revision=revision, local_files_only=True) == {place!r}
for name in ("config.json", "model.safetensors", "sub/more.txt"):
    assert try_to_load_from_cache("org/tiny", name) == {place!r} + "/" + name
info = scan_cache_dir()
assert not info.warnings, info.warnings
(repo,) = info.repos
assert repo.repo_id == "org/tiny" and repo.repo_type == "model"
(revision,) = repo.revisions
assert revision.refs == frozenset(("main", "refs/pr/1")), revision.refs
print("tw -> Python:", len(revision.files), "files,", repo.size_on_disk_str)
""", "ours", HF_HUB_OFFLINE="1"))

    # What Python has written, tw finds, and has nothing to add.
    theirs = run("""
from huggingface_hub import snapshot_download
print(snapshot_download("org/tiny"))
""", "theirs")
    assert run([TW, "-e", 'load("org/tiny")'], "theirs", HF_HUB_OFFLINE="1").startswith("model org/tiny: gpt2")
    before = sorted((at, tuple(sorted(names))) for at, _, names in os.walk(theirs + "/../.."))
    assert "0 of 5 files to come" in run([TW, "pull", "org/tiny", "--dry-run"], "theirs")
    assert os.path.realpath(run([TW, "pull", "org/tiny"], "theirs")) == os.path.realpath(theirs)
    assert before == sorted((at, tuple(sorted(names))) for at, _, names in os.walk(theirs + "/../.."))
    print("Python -> tw: the same files")
finally:
    server.terminate()
    shutil.rmtree(folder)
