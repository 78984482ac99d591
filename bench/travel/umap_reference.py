#!/usr/bin/env python3
"""The layout of umap.tw by umap-learn. Prints the seconds of the first fit, compilation included, and of the fastest later one.

    umap_reference.py ROWS PASSES MODEL [OUT]        PASSES: fits after the first
"""
import pathlib, sys, time, warnings
import numpy as np
import umap
from safetensors import safe_open

warnings.filterwarnings("ignore")
rows, passes, model = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
file = safe_open(pathlib.Path(model) / "model.safetensors", "np")
name = next(n for n in file.keys() if n.endswith("wte.weight"))
x = file.get_tensor(name)[:rows].astype(np.float32)
seconds = []
for _ in range(1 + passes):
    start = time.perf_counter()
    y = umap.UMAP(n_components=3, random_state=42).fit(x).embedding_
    seconds.append(time.perf_counter() - start)
print(seconds[0], min(seconds[1:] or seconds))
if len(sys.argv) > 4:
    np.save(sys.argv[4], y.astype(np.float32))
