#!/usr/bin/env python3
"""Times the probes as whole processes beside NumPy and PyTorch doing the same from the same file.

    bench/probes/run.py [--tw .build/release/tw] [--model .build/bench/gpt2] [--runs 3] [--no-reference]

The model is made where it is missing: GPT-2's shape with random weights (tools/make_weights.py). `dense` builds d x d matrices and
sorts whole vocabularies; `factored` works on the factors. Where a reference does a part of the work (a share is shown), its time
beyond the start is scaled up. A ratio says how many times longer than tw it takes. The rate of a float32 matrix product is
measured in the same run, since it bounds most of them.
"""
import os, pathlib, re, statistics, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from measure import ROOT, ensure, options, run

TARGETS = {"svd_analysis": 4.0, "svd_all": 1.0, "composition": 2.5, "copying": None}


def sgemm():
    code = ("import numpy as np, time; a = np.random.rand(4096, 4096).astype('f'); a @ a; t = time.perf_counter(); a @ a;"
            "print(2 * 4096 ** 3 / (time.perf_counter() - t) / 1e9)")
    return float(run([sys.executable, "-c", code])[2])


def main():
    p = options(__doc__, runs=3, model="gpt2")
    p.add_argument("--no-reference", action="store_true")
    a = p.parse_args()
    ensure(a.model, "gpt2")
    out = tempfile.TemporaryDirectory()
    commands = {
        "svd_analysis": [a.tw, ROOT / "examples/svd_analysis.tw", "--model", a.model, "--blocks", "0,5,11", "--out", out.name],
        "svd_all": [a.tw, HERE / "svd_all.tw", "--model", a.model],
        "composition": [a.tw, HERE / "composition.tw", "--model", a.model],
        "copying": [a.tw, HERE / "copying.tw", "--model", a.model],
    }
    start = 0
    if not a.no_reference:
        start = min(run([sys.executable, "-c", "import torch, safetensors"])[0] for _ in range(3))
    print(f"{os.cpu_count()} cores, float32 product {sgemm():.0f} GF/s before, ", end="", flush=True)
    lines = []
    for task, command in commands.items():
        results = [run(command) for _ in range(a.runs)]
        seconds = statistics.median(r[0] for r in results)
        target = f"target {TARGETS[task]:.1f} s" if TARGETS[task] else ""
        lines.append(f"{task:<13} tw        {seconds:7.2f} s  {max(r[1] for r in results):6.0f} MB  {target}")
        for way in [] if a.no_reference else ["factored", "dense"]:
            theirs, memory, output, errors = run([sys.executable, HERE / "reference.py", task, way, a.model])
            share = float(re.findall(r"^share (.+)$", errors, re.M)[-1])
            whole = start + (theirs - start) / share
            note = "" if share == 1 else f"  (from {share:.0%} of the work)"
            if share == 1 and task != "svd_analysis" and output.split() != results[0][2].split():
                note += f"  the sums differ: {results[0][2].strip()} and {output.strip()}"
            lines.append(f"{'':<13} {way:<9} {whole:7.2f} s  {memory:6.0f} MB  {whole / seconds:5.1f} x{note}")
    print(f"{sgemm():.0f} after; medians of {a.runs}; the references start in {start:.1f} s")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
