#!/usr/bin/env python3
"""The same layout by umap-learn: once, or timed after a warm-up fit.

    umap_reference.py MODEL ROWS OUT once|warm
"""
import pathlib, sys, time, warnings
import numpy as np
import umap
from safetensors import safe_open

warnings.filterwarnings("ignore")
model, rows, out, way = sys.argv[1:]
file = safe_open(pathlib.Path(model) / "model.safetensors", "np")
name = next(n for n in file.keys() if n.endswith("wte.weight"))
x = file.get_tensor(name)[:int(rows)].astype(np.float32)
fit = lambda: umap.UMAP(n_components=3, random_state=42).fit(x).embedding_
if way == "warm":
    fit()
start = time.perf_counter()
y = fit()
print("fit", time.perf_counter() - start)
np.save(out, y.astype(np.float32))
