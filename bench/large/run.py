#!/usr/bin/env python3
"""Times passes of a Llama of 1.2 billion parameters in bfloat16 and in blocks of Q8_0, beside the float32 file, PyTorch and llama.cpp.

    bench/large/run.py [--tw .build/release/tw] [--threads 1] [--runs 3] [--tokens 1 8 64 512] [--without-llama-cpp] [--memory] [--cold]

The models are made where they are missing (tools/make_weights.py; 9 GB in .build/bench, 5 of them for the float32 file). A ratio says how much of
the other's time tw takes. `--memory`: what a pass and one row of the embedding hold; `--cold`: one head of an 8-billion-parameter shape whose
file is not in the page cache (2 GB on the disk, 16 as it looks). llama.cpp is left out where llama-cpp-python is not installed.
"""
import importlib.util
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
import measure  # noqa: E402

REFERENCE = [sys.executable, HERE / "reference.py"]
PASSES = {1: 8, 8: 8, 64: 4, 512: 2}


def made(name, shape, dtype, *more):
    folder = measure.ROOT / ".build/bench" / name
    file = folder / ("model.gguf" if dtype == "q8_0" else "model.safetensors")
    if not file.exists():
        measure.run([sys.executable, measure.ROOT / "tools/make_weights.py", folder, "--shape", shape, "--dtype", dtype, *more])
    return folder, file


def fastest(command, runs):
    return statistics.median(measure.numbers(command)[2][1] for _ in range(runs))


def passes(a):
    narrow, narrow_file = made("llama1b-bf16", "llama1b", "bf16")
    wide, _ = made("llama1b-f32", "llama1b", "f32")
    _, blocks = made("llama1b-q8_0", "llama1b", "q8_0")
    has_llama = not a.without_llama_cpp and importlib.util.find_spec("llama_cpp") is not None
    read = {file: fastest([*REFERENCE, "read", 8, file], a.runs) for file in (narrow_file, blocks)}
    print(f"{'tokens':>8} {'tw bf16':>10} {'/ read':>8} {'/ tw f32':>9} {'/ torch bf16':>13} {'/ torch f32':>12} "
          f"{'tw Q8_0':>10} {'/ read':>8} {'/ llama.cpp':>12}")
    for n in a.tokens:
        count = PASSES.get(n, 3)

        def ours(model):
            return fastest([a.tw, HERE / "pass.tw", "--tokens", n, "--passes", count, "--model", model], a.runs)

        bf16, f32, q8 = ours(narrow), ours(wide), ours(blocks)
        torch = [fastest([*REFERENCE, "torch", kind, n, count, narrow], a.runs) for kind in ("bf16", "f32")]
        llama = fastest([*REFERENCE, "llama.cpp", n, count, blocks], a.runs) if has_llama else float("nan")
        print(f"{n:>8} {bf16:>8.3f} s {bf16 / read[narrow_file]:>8.2f} {bf16 / f32:>9.2f} {bf16 / torch[0]:>13.2f} {bf16 / torch[1]:>12.2f} "
              f"{q8:>8.3f} s {q8 / read[blocks]:>8.2f} {q8 / llama:>12.2f}", flush=True)


def memory(a):
    """Peak memory beside the file's size, and what one row costs beside a run without it."""
    narrow, file = made("llama1b-bf16", "llama1b", "bf16")
    size = file.stat().st_size / 1e6
    code = f'm = load("{narrow}")\n'
    anonymous = 'parts = split(read_text("/proc/self/status"), "RssAnon:")\nprint(split(parts[1], "kB")[0])'
    seconds, load, *_ = measure.run([a.tw, "-e", code])
    row_seconds, row, *_ = measure.run([a.tw, "-e", code + "sum(m.wte[17])"])
    print(f"load: {seconds * 1e3:.0f} ms, {load:.0f} MB; with one row of the embedding {(row_seconds - seconds) * 1e3:+.0f} ms, {row:.0f} MB")
    _, peak, *_ = measure.run([a.tw, HERE / "pass.tw", "--tokens", 64, "--passes", 1, "--model", narrow])
    held = float(measure.run([a.tw, "--allow-read", "/proc/self", "-e",
                              code + 'forward(m, map(0..64, i => i), keep=["next"])\n' + anonymous])[2].split()[0]) / 1e3
    print(f"pass of 64 tokens: peak {peak:.0f} MB, {peak / size:.2f} of the file; anonymous after it {held:.0f} MB, {held / size:.3f} of the file")


def cold(a):
    folder, file = made("llama8b-bf16", "llama8b", "bf16", "--blocks", 1)
    with open(file, "rb") as f:
        os.sync()
        os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    code = f'm = load("{folder}")\nprint(nearest(svd(wvo(m.blocks[0].heads[3]), top=8).v.T[0], m.wte, k=5))'
    seconds, peak, *_ = measure.run([a.tw, "-e", code])
    print(f"8 billion parameters, cold: svd of a head and the nearest tokens {seconds:.2f} s, {peak:.0f} MB")


def main():
    p = measure.options(__doc__, runs=3)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--tokens", type=int, nargs="*", default=list(PASSES))
    p.add_argument("--without-llama-cpp", action="store_true")
    p.add_argument("--memory", action="store_true")
    p.add_argument("--cold", action="store_true")
    a = p.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(a.threads)
    if a.memory:
        memory(a)
    if a.cold:
        cold(a)
    if not a.memory and not a.cold:
        passes(a)


if __name__ == "__main__":
    main()
