#!/usr/bin/env python3
"""Times what the trajectory of a phrase needs, beside the programs that are usual for it.

    bench/travel/run.py [--tw .build/release/tw] [--model .build/bench/gpt2] [--runs 3] [--only NAME] [--no-reference]

The model is made where it is missing: GPT-2's shape with random weights (tools/make_weights.py). `process` is the time of a whole
process; `fit` what a program itself measures around the work, the reference's after a warm-up. A ratio says how many times longer
than tw the reference takes.
"""
import argparse, os, pathlib, re, statistics, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON = sys.executable


def run(command, folder):
    """Seconds, peak memory in MB and output of a process."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{errors}")
    return seconds, usage.ru_maxrss / 1024, output.strip()


def fit(output):
    return float(re.findall(r"^fit (.+)$", output, re.M)[-1])


def umap_quality(a, folder):
    """Trustworthiness of both layouts, by the same program."""
    code = "x = load(\"{}\").wte[0:10000]; print(\"{{trustworthiness(x, read_npy(\"{}\")):.4f}}\")"
    return [run([a.tw, "-e", code.format(a.model, name)], folder)[2] if (folder / name).exists() else "-" for name in ("tw.npy", "ref.npy")]


def rows(a):
    """name, what is compared, tw's command, the reference's command, ratio that is wanted, how the results compare"""
    tw = [a.tw, HERE / "umap.tw", "--model", a.model, "--out", "tw.npy"]
    reference = [PYTHON, HERE / "umap_reference.py", a.model, "10000", "ref.npy"]
    return [
        ("umap", "fit", tw, [*reference, "warm"], 3, ("trustworthiness", umap_quality)),
        ("umap", "process", tw, [*reference, "once"], 10, None),
    ]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--tw", type=pathlib.Path, default=ROOT / ".build/release/tw")
    p.add_argument("--model", type=pathlib.Path, default=ROOT / ".build/bench/gpt2")
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--only", help="rows of this name")
    p.add_argument("--no-reference", action="store_true")
    a = p.parse_args()
    a.tw, a.model = a.tw.resolve(), a.model.resolve()
    if not (a.model / "model.safetensors").exists():
        run([PYTHON, ROOT / "tools/make_weights.py", a.model, "--shape", "gpt2"], ROOT)
    print(f"{os.cpu_count()} cores; medians of {a.runs} runs of tw, one of the reference")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for task, kind, ours, theirs, wanted, quality in rows(a):
            if a.only not in (None, task):
                continue
            seconds = (lambda r: fit(r[2])) if kind == "fit" else (lambda r: r[0])
            results = [run(ours, folder) for _ in range(a.runs)]
            median = statistics.median(map(seconds, results))
            print(f"{task:<12} {kind:<8} tw        {median:8.2f} s  {max(r[1] for r in results):6.0f} MB", flush=True)
            if a.no_reference:
                continue
            result = run(theirs, folder)
            print(f"{'':<21} reference {seconds(result):8.2f} s  {result[1]:6.0f} MB  {seconds(result) / median:5.1f} x  (wanted {wanted} x)")
            if quality:
                print(f"{'':<21} {quality[0]}: tw {{}}, reference {{}}".format(*quality[1](a, folder)), flush=True)


if __name__ == "__main__":
    main()
