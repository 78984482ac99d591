#!/usr/bin/env python3
"""Runs each program in tw and in Python, side by side, and prints medians and ratios of whole processes.

    bench/language/run.py [--tw .build/release/tw] [--python python3] [--runs 7]

A ratio below 1 means that tw is faster. The two are run in turn, so that a busy machine slows both.
"""
import argparse, pathlib, statistics, subprocess, sys, time

HERE = pathlib.Path(__file__).parent


def seconds(command):
    start = time.perf_counter()
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")
    return time.perf_counter() - start, result.stdout


def compare(name, ours, theirs, runs):
    a, b = [], []
    for _ in range(runs):
        (t, printed), (u, wanted) = seconds(ours), seconds(theirs)
        if printed != wanted:
            sys.exit(f"{name}: tw prints {printed!r}, Python {wanted!r}")
        a.append(t)
        b.append(u)
    x, y = statistics.median(a), statistics.median(b)
    print(f"{name:<10} {x * 1000:>9.1f} {y * 1000:>9.1f} {x / y:>7.2f}", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--tw", default=str(HERE.parent.parent / ".build/release/tw"))
    p.add_argument("--python", default="python3")
    p.add_argument("--runs", type=int, default=7)
    a = p.parse_args()
    version = subprocess.run([a.python, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{'':<10} {'tw, ms':>9} {'Python':>9} {'ratio':>7}   ({version}, medians of {a.runs})")
    compare("start-up", [a.tw, "-e", "print(2)"], ["/usr/bin/python3", "-c", "print(2)"], a.runs * 3)
    for program in sorted(HERE.glob("*.tw")):
        compare(program.stem, [a.tw, program], [a.python, program.with_suffix(".py")], a.runs)


if __name__ == "__main__":
    main()
