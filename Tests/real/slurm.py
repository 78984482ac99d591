#!/usr/bin/env python3
"""`tw sweep --slurm` on a real Slurm of one node, which this test starts and ends: Debian's slurm-wlm and munge, as root.

slurm.py TW: 200 points on the embedded model; a task is killed, one is put back, one cancelled, the controller restarted, the sweep submitted again: every
point is whole, and was made once by a process that ended well.
"""

import atexit
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TW = os.path.abspath(sys.argv[1])

RECIPE = """
param model: model = "mini"
param layer: number
param text: string
param out: folder
r = forward(model, text, keep="next")
save({top: argmax(r.next), mean: mean(r.next) + layer}, "{out}/result.json")
"""


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        os.environ["SLURM_CONF"] = folder + "/slurm.conf"
        with open(folder + "/key", "wb") as key:
            key.write(os.urandom(1024))
        os.chmod(folder + "/key", 0o400)
        node = subprocess.run(["slurmd", "-C"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
        name = node.split()[0].removeprefix("NodeName=")
        for part in ("state", "spool"):
            os.mkdir(f"{folder}/{part}")
        with open(folder + "/slurm.conf", "w") as conf:
            conf.write(f"""ClusterName=test
SlurmctldHost={name}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
MaxArraySize=8
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldPort=16817
SlurmdPort=16818
{node.split(' UpTime')[0]} NodeAddr=127.0.0.1 State=UNKNOWN
PartitionName=cpu Nodes=ALL Default=YES MaxTime=INFINITE State=UP
""")
        self.start("munged", "-F", "--force", f"--key-file={folder}/key", f"--socket={folder}/munge.socket",
                   f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log", f"--seed-file={folder}/munged.seed")
        wait_for("munge", lambda: os.path.exists(folder + "/munge.socket"))
        self.controller = self.start("slurmctld", "-D", "-c")
        self.start("slurmd", "-D", "-N", name)
        wait_for("the node", lambda: "idle" in run("sinfo", "-h", "-o", "%t"))

    def start(self, *words):
        log = open(f"{self.folder}/{words[0]}.out", "a")
        process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)
        atexit.register(process.kill)
        return process

    def restart(self):
        self.controller.terminate()
        self.controller.wait()
        self.controller = self.start("slurmctld", "-D")
        wait_for("the controller", lambda: "cpu" in run("sinfo", "-h", "-o", "%P"))

    def stop(self):
        run("scancel", "--state=RUNNING")
        run("scancel", "--state=PENDING")
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def run(*words):
    result = subprocess.run(words, capture_output=True, text=True)
    return result.stdout + result.stderr


def wait_for(what, is_so, seconds=120):
    end = time.time() + seconds
    while not is_so():
        assert time.time() < end, f"{what} did not come"
        time.sleep(0.2)


def whole(folder):
    found = []
    for path in glob.glob(folder + "/*/status.json"):
        with open(path) as file:
            if json.load(file)["status"] == "whole":
                found.append(os.path.dirname(path))
    return found


def running():
    return [line for line in run("squeue", "-h", "-r", "-t", "R", "-o", "%i").split() if "_" in line]


def check(folder):
    os.chdir(folder)
    with open("r.tw", "w") as file:
        file.write(RECIPE)
    with open("texts.txt", "w") as file:
        file.writelines(f"The {word} said, \"so\"\n" for word in ("king", "queen", "man", "ship", "child", "tree", "house", "dog", "sea", "sun"))
    sweep = [TW, "sweep", "r.tw", "--layer", "0..20", "--text", "@texts.txt", "--out", "runs", "--chunk", "10", "-j", "2", "--slurm", "-p cpu -t 30"]

    script = run(*sweep, "--dry-run")
    assert script.startswith("#!/bin/bash\n") and "sweep --run" in script, script
    assert not os.path.exists("runs")

    # 20 tasks, of which an array takes 8.
    submitted = run(*sweep)
    print(submitted, end="")
    assert "20 tasks, 200 points" in submitted and submitted.splitlines()[1].startswith("job ") or "job " in submitted, submitted
    assert len(submitted.split("job ")[1].split(":")[0].split(",")) == 3, submitted

    wait_for("the first points", lambda: len(whole("runs")) > 5 and len(running()) == 2)
    # A task's process is killed as by the kernel, one task is put back into the queue, another is cancelled.
    first, second = running()
    victim = subprocess.run(["pgrep", "-f", "sweep --run .*--task"], capture_output=True, text=True).stdout.split()
    os.kill(int(victim[0]), signal.SIGKILL)
    run("scontrol", "requeue", second)
    wait_for("another task", lambda: len(running()) > 0 and len(whole("runs")) > 40)
    run("scancel", running()[0])
    CLUSTER.restart()
    wait_for("the end of the job", lambda: not run("squeue", "-h").strip(), 600)
    before = {place: os.stat(place + "/status.json").st_mtime_ns for place in whole("runs")}
    print(f"{len(before)} of 200 points are whole after the accidents")
    assert 100 < len(before) < 200

    again = subprocess.run(sweep + ["--wait"], capture_output=True, text=True)
    print(again.stderr, end="")
    assert again.returncode == 0, again
    assert len(whole("runs")) == 200
    # What was whole was left alone.
    assert all(os.stat(place + "/status.json").st_mtime_ns == when for place, when in before.items())
    assert all(json.load(open(place + "/status.json"))["exit"] == 0 for place in whole("runs"))
    assert len(glob.glob("runs/*/result.json")) == 200

    once_more = subprocess.run(sweep, capture_output=True, text=True)
    assert once_more.returncode == 0 and "200 whole, 0 to do" in once_more.stderr and not once_more.stdout, once_more

    # Threads follow what Slurm gives.
    with open("threads.tw", "w") as file:
        file.write('param out: folder\nsave({threads: provenance().threads}, "{out}/result.json")\n')
    for threads in (1, 2):
        done = subprocess.run([TW, "sweep", "threads.tw", "--out", f"t{threads}", "--slurm", f"-c {threads}", "--wait"], capture_output=True, text=True)
        assert done.returncode == 0, done
        (place,) = glob.glob(f"t{threads}/*/result.json")
        assert json.load(open(place))["threads"] == threads, open(place).read()

    refused = subprocess.run([TW, "sweep", "r.tw", "--layer", "1", "--text", "a", "--out", "other", "--slurm", "-p nowhere"], capture_output=True, text=True)
    assert refused.returncode == 2 and "sbatch refuses" in refused.stderr, refused
    print("slurm: everything as it should be")


with tempfile.TemporaryDirectory(prefix="tw-slurm-") as FOLDER:
    try:
        CLUSTER = Cluster(FOLDER)
    except (AssertionError, OSError, subprocess.SubprocessError) as reason:
        # A machine without a name that resolves, or without what its daemons want of the system.
        print(f"slurm: left out: its daemons do not start here: {reason}")
        sys.exit()
    try:
        os.mkdir(FOLDER + "/work")
        check(FOLDER + "/work")
    except BaseException:
        for name in ("slurmctld.out", "slurmd.out", "munged.out"):
            print(f"--- {name}\n" + open(f"{FOLDER}/{name}").read()[-2000:])
        for path in glob.glob(FOLDER + "/work/runs/slurm/*.log")[:3]:
            print(f"--- {path}\n" + open(path).read()[-500:])
        raise
    finally:
        CLUSTER.stop()
        os.chdir("/")
