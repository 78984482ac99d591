"""What the benches share: options, the models that they run on, and what a process takes."""
import argparse
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def options(about, runs, **models):
    """The parser of a bench: --tw and --runs, and a folder for each of the models, a shape of tools/make_weights.py by its name."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tw", default=ROOT / ".build/release/tw")
    parser.add_argument("--runs", type=int, default=runs)
    for name, shape in models.items():
        parser.add_argument(f"--{name}", type=pathlib.Path, default=ROOT / ".build/bench" / shape)
    return parser


def ensure(folder, shape):
    """Makes the model where it is missing: a shape with random weights."""
    if not (folder / "model.safetensors").exists():
        run([sys.executable, ROOT / "tools/make_weights.py", folder, "--shape", shape])


def run(command):
    """Seconds, peak memory in MB, output and errors of a process."""
    command = [str(part) for part in command]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{errors}")
    return seconds, usage.ru_maxrss / 1024, output, errors


def numbers(command):
    """Seconds, peak memory in MB, and the numbers that a process prints."""
    seconds, memory, output, _ = run(command)
    return seconds, memory, [float(word) for word in output.split()]
