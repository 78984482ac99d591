#!/usr/bin/env python3
"""Lost neighbourhoods (1 - trustworthiness, mean of five seeds) of UMAP's layouts of curves, sheets and chains, beside umap-learn's.

    curves.py        (TW=path of tw, default .build/release/tw; needs numpy, scikit-learn, umap-learn 0.5.12)

Ends with 1 where tw loses more than twice as many.
"""
import os, pathlib, subprocess, sys, tempfile, warnings
import numpy as np
import umap
from sklearn.datasets import make_s_curve, make_swiss_roll
from sklearn.manifold import trustworthiness

warnings.filterwarnings("ignore")
root = pathlib.Path(__file__).resolve().parents[2]
tw = pathlib.Path(os.environ.get("TW", root / ".build/release/tw")).resolve()
seeds = [1, 2, 3, 4, 42]


def line(n, end=1.0):
    return np.linspace(0, end, n, endpoint=False)


angle, turns, half = line(300, 2 * np.pi), line(800, 4 * np.pi), line(200)
spiral = line(400, 2 * np.pi)
sets = {
    "line 100": np.arange(100)[:, None], "line 300": np.arange(300)[:, None], "line 1000": np.arange(1000)[:, None],
    "spiral": np.stack([spiral * np.cos(3 * spiral), spiral * np.sin(3 * spiral)], 1),
    "circle": np.stack([np.cos(angle), np.sin(angle)], 1),
    "helix": np.stack([np.cos(turns), np.sin(turns), turns / 3], 1),
    "S curve": make_s_curve(1000, random_state=0)[0], "Swiss roll": make_swiss_roll(2000, random_state=1)[0],
    "random walk in 10-d": np.cumsum(np.random.default_rng(0).normal(size=(500, 10)), 0),
    "grid": np.stack(np.meshgrid(np.arange(30), np.arange(20)), -1).reshape(-1, 2),
    "two curves": np.concatenate([np.stack([half * 10, np.sin(half * 6)], 1), np.stack([half * 10, 30 + np.cos(half * 6)], 1)]),
}


def lost(x, layouts):
    return float(np.mean([1 - trustworthiness(x, y, n_neighbors=15) for y in layouts]))


failed = False
with tempfile.TemporaryDirectory() as folder:
    print(f"{'':22}{'tw':>10}{'umap-learn':>12}{'ratio':>8}")
    for name, x in sets.items():
        x = np.ascontiguousarray(x.astype("<f4"))
        np.save(f"{folder}/x.npy", x)
        code = f'x = read_npy("x.npy"); for s in {seeds} {{ save(umap(x, seed=s).embedding, "e{{s}}.npy") }}'
        subprocess.run([tw, "-e", code], cwd=folder, check=True)
        ours = lost(x, [np.load(f"{folder}/e{s}.npy") for s in seeds])
        theirs = lost(x, [umap.UMAP(random_state=s).fit_transform(x) for s in seeds])
        failed |= ours > 2 * theirs
        print(f"{name:22}{ours:10.5f}{theirs:12.5f}{ours / theirs:8.2f}", flush=True)
sys.exit(1 if failed else 0)
