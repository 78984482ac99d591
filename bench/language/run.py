#!/usr/bin/env python3
"""Runs each program in tw and in Python, side by side, and prints medians and ratios of whole processes.

    bench/language/run.py [--tw .build/release/tw] [--python python3] [--runs 7]

A ratio below 1 means that tw is faster. The two are run in turn, so that a busy machine slows both.
"""
import pathlib, statistics, sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from measure import options, run


def compare(name, ours, theirs, runs):
    a, b = [], []
    for _ in range(runs):
        (t, _, printed, _), (u, _, wanted, _) = run(ours), run(theirs)
        if printed != wanted:
            sys.exit(f"{name}: tw prints {printed!r}, Python {wanted!r}")
        a.append(t)
        b.append(u)
    x, y = statistics.median(a), statistics.median(b)
    print(f"{name:<10} {x * 1000:>9.1f} {y * 1000:>9.1f} {x / y:>7.2f}", flush=True)


def main():
    p = options(__doc__, runs=7)
    p.add_argument("--python", default="python3")
    a = p.parse_args()
    version = run([a.python, "--version"])[2].strip()
    print(f"{'':<10} {'tw, ms':>9} {'Python':>9} {'ratio':>7}   ({version}, medians of {a.runs})")
    compare("start-up", [a.tw, "-e", "print(2)"], ["/usr/bin/python3", "-c", "print(2)"], a.runs * 3)
    for program in sorted(HERE.glob("*.tw")):
        compare(program.stem, [a.tw, program], [a.python, program.with_suffix(".py")], a.runs)


if __name__ == "__main__":
    main()
