#!/usr/bin/env python3
"""Times what it takes to travel through a model, beside PyTorch and umap-learn doing the same from the same file.

    bench/travel/run.py [--tw .build/release/tw] [--model .build/bench/gpt2] [--runs 3] [TASK ...]

The models are made where they are missing: GPT-2's shape and SmolLM2's with random weights (tools/make_weights.py). Every task is a row of `TASKS`; the
programs print the seconds of a first and of the fastest later pass. `process` is a whole process, from its start to its end. A ratio says how
many times longer the other program takes. A short text is bounded by the memory: its time is compared with that of reading the weights once.
"""
import os, pathlib, statistics, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from measure import ensure, numbers, options, run

REFERENCE = [sys.executable, HERE / "reference.py"]
UMAP_REFERENCE = [sys.executable, HERE / "umap_reference.py"]

# Name: arguments of tw, the other program; both before the model; and its name.
TASKS = {
    f"forward {n}" + (f" x {texts}" if texts > 1 else ""): (
        [HERE / "forward.tw", "--texts", texts, "--tokens", n, "--passes", passes, "--model"],
        [*REFERENCE, "forward", texts, n, passes], "PyTorch")
    for texts, n, passes in [(1, 8, 20), (1, 128, 10), (1, 1024, 3), (64, 8, 5)]
}
# A Llama of SmolLM2-135M's shape.
LLAMA = {
    f"llama, forward {n}": (
        [HERE / "forward.tw", "--texts", 1, "--tokens", n, "--passes", passes, "--model"], [*REFERENCE, "forward", 1, n, passes], "PyTorch")
    for n, passes in [(8, 20), (128, 10), (1024, 3)]
}
LLAMA["llama, generate 64"] = ([HERE / "generate.tw", "--tokens", 64, "--passes", 3, "--model"], [*REFERENCE, "generate", 1, 64, 3], "PyTorch")
TASKS |= LLAMA
# Once as a process of its own, once with a fit after the first, which compiles umap-learn.
TASKS |= {
    f"umap, {1 + passes} fit{'s' if passes else ''}":
        ([HERE / "umap.tw", "--passes", passes, "--model"], [*UMAP_REFERENCE, 10000, passes], "umap-learn")
    for passes in [0, 1]
}


def row(name, results):
    """Prints a row and gives the medians: process, first pass, fastest pass."""
    process, memory, first, best = [statistics.median(r) for r in zip(*((s, m, *numbers) for s, m, numbers in results))]
    print(f"{name:<30} {process:8.3f} s  {first:8.3f} s  {best:8.4f} s  {memory:6.0f} MB", flush=True)
    return process, first, best


def main():
    p = options(__doc__, runs=3, model="gpt2", llama="smollm2")
    p.add_argument("tasks", nargs="*", default=list(TASKS), help=", ".join(TASKS))
    a = p.parse_args()
    ensure(a.model, "gpt2")
    ensure(a.llama, "smollm2")
    print(f"{os.cpu_count()} cores; medians of {a.runs} processes\n{'':<30} {'process':>10}  {'first':>10}  {'fastest':>10}  {'memory':>9}")
    for task in a.tasks:
        ours, theirs, name = TASKS[task]
        model = a.llama if task in LLAMA else a.model
        pairs = [(numbers([a.tw, *ours, model]), numbers([*theirs, model])) for _ in range(a.runs)]
        tw = row(task + ", tw", [pair[0] for pair in pairs])
        other = row(f"{task}, {name}", [pair[1] for pair in pairs])
        print(f"{'':<30} " + "  ".join(f"{b / t:8.1f} x" for t, b in zip(tw, other)))
        if task == "forward 8":
            read = numbers([*REFERENCE, "read", 20, a.model])[2][0]
            print(f"{'':<30} the weights are read once in {read:.4f} s: {tw[2] / read:.2f} x that")
    if a.tasks == list(TASKS):
        precision(a)
        trust(a)


def precision(a):
    """How far tw and PyTorch in float32 are from PyTorch in float64."""
    with tempfile.TemporaryDirectory() as out:
        logits = f"{out}/logits.npy"
        run([a.tw, "--allow-write", out, HERE / "forward.tw", "--model", a.model, "--tokens", 64, "--passes", 1, "--logits", logits])
        tw, torch = numbers([*REFERENCE, "precision", logits, a.model])[2]
    print(f"largest error of a logit, 64 tokens: tw {tw:.2e}, PyTorch float32 {torch:.2e}: {tw / torch:.2f} x")


def trust(a):
    """Trustworthiness of both layouts, by tw."""
    with tempfile.TemporaryDirectory() as out:
        files = [f"{out}/tw.npy", f"{out}/umap-learn.npy"]
        run([a.tw, "--allow-write", out, HERE / "umap.tw", "--model", a.model, "--layout", files[0]])
        run([*UMAP_REFERENCE, 10000, 0, a.model, files[1]])
        code = f"x = load(\"{a.model}\").wte[0:10000]\n" + "\n".join(f"print(trustworthiness(x, read_npy(\"{f}\")))" for f in files)
        ours, theirs = numbers([a.tw, "-e", code])[2]
    print(f"trustworthiness of 10,000 points in 3 dimensions, k = 15: tw {ours:.4f}, umap-learn {theirs:.4f}")


if __name__ == "__main__":
    main()
