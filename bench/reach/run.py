#!/usr/bin/env python3
"""Times the jobs of an interpreter's day at GPT-2's size, beside PyTorch with hooks doing the same from the same file.

    bench/reach/run.py [--tw .build/release/tw] [--model .build/bench/gpt2] [--runs 3] [TASK ...]

The model is made where it is missing: GPT-2's shape with random weights (tools/make_weights.py). PyTorch batches its ablations and patches, in the size
that is fastest. Both print the seconds of a first and of the fastest later time in one process; `process` is a whole process, for PyTorch without the
seconds of its imports. A ratio says how many times longer PyTorch takes; the goal is 2 for the fastest. Then what counts in passes: a residual patch on
the average, the attribution of everything, and the tokens that `activating` reads in a minute.
"""
import os, pathlib, statistics, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from measure import ensure, numbers, options


# Name: task of reach.tw and reference.py, and how often after the first time.
TASKS = {
    "a pass with everything kept": ("cached", 5), "144 heads ablated": ("ablate", 2), "12 x 15 residual patches": ("resid", 2),
    "12 x 12 head patches": ("heads", 2), "attribution patching": ("estimate", 5), "direct logit attribution": ("attribution", 5),
    "induction scores, 2 x 50": ("induction", 5), "100 texts of 20 tokens": ("texts", 3),
}


def main():
    p = options(__doc__, runs=3, model="gpt2")
    p.add_argument("tasks", nargs="*", default=list(TASKS), help=", ".join(TASKS))
    a = p.parse_args()
    ensure(a.model, "gpt2")
    ours = lambda task, passes: numbers([a.tw, HERE / "reach.tw", "--model", a.model, "--task", task, "--passes", passes])
    theirs = lambda task, passes: numbers([sys.executable, HERE / "reference.py", task, passes, a.model])
    print(f"{os.cpu_count()} cores; medians of {a.runs} processes\n{'':<36} {'process':>10}  {'first':>10}  {'fastest':>10}  {'memory':>9}")
    for name in a.tasks:
        rows = []
        # In turns, so that what else the machine does is shared.
        pairs = [(ours(*TASKS[name]), theirs(*TASKS[name])) for _ in range(a.runs)]
        for who, results in (("tw", [x for x, _ in pairs]), ("PyTorch", [x for _, x in pairs])):
            middle = lambda of: statistics.median(map(of, results))
            imports = middle(lambda r: r[2][3] if len(r[2]) > 3 else 0)
            row = middle(lambda r: r[0]) - imports, middle(lambda r: r[2][0]), middle(lambda r: r[2][1])
            print(f"{name + ', ' + who:<36} {row[0]:8.3f} s  {row[1]:8.3f} s  {row[2]:8.4f} s  {middle(lambda r: r[1]):6.0f} MB", flush=True)
            rows.append(row)
        print(f"{'':<36} " + "  ".join(f"{theirs / ours:8.1f} x" for ours, theirs in zip(*rows)), flush=True)
    if a.tasks == list(TASKS):
        in_passes(ours)
        scan(a)


def in_passes(ours):
    """What takes how many passes of the same text, that keep the next word's logits alone."""
    for name, task, parts, goal in (("a residual patch, on the average", "resid", 180, 0.35), ("attribution of everything", "everything", 1, 3.5)):
        _, _, (_, best, one) = ours(task, 3)
        print(f"{name}: {best / parts / one:.2f} passes (at most {goal})")


def scan(a):
    """Tokens that `activating` reads in a minute, of texts of 20 tokens in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "texts.txt"
        lines = [" ".join(["the captain of the ship looked at the sea and the men"] * 2) + f" {i}" for i in range(500)]
        path.write_text("\n".join(lines) + "\n")
        code = (f'm = load("{a.model}")\ntexts = read_lines("{path}")\nn = sum(map(texts, t => len(encode(m, t))))\nstart = time()\n'
                'activating(m, texts, "blocks.11.mlp.hidden", 17)\nprint(n / (time() - start) * 60)')
        _, memory, (rate,) = numbers([a.tw, "-e", code])
        print(f"a scan for one neuron: {rate:,.0f} tokens a minute (at least 20,000), {memory:.0f} MB")


if __name__ == "__main__":
    main()
