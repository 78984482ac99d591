#!/usr/bin/env python3
"""Writes Tests/Fixtures/heads_mini.json: what NumPy finds in double, the dense way, about the heads of Models/mini.

    make_head_goldens.py        (needs numpy and safetensors)

qk, vo: all singular values of W_Q W_K^T / sqrt(k) and W_V W_O for every head. copying: sum Re(l) / sum |l| over the eigenvalues of
the d x d matrix W_VO E^T E. composition: q, k, v for every head of block 0 with every head of block 5.
"""
import json, pathlib
import numpy as np
from safetensors.numpy import load_file

root = pathlib.Path(__file__).resolve().parents[2]
config = json.loads((root / "Models/mini/config.json").read_text())
d, heads, layers = config["n_embd"], config["n_head"], config["n_layer"]
k = d // heads
weights = {n.removeprefix("transformer."): x.astype(np.float64) for n, x in load_file(root / "Models/mini/model.safetensors").items()}
E = weights["wte.weight"]
gram = E.T @ E

qk, vo = {}, {}
for l in range(layers):
    q, key, v = np.split(weights[f"h.{l}.attn.c_attn.weight"], 3, axis=1)
    o = weights[f"h.{l}.attn.c_proj.weight"]
    for h in range(heads):
        s = slice(h * k, (h + 1) * k)
        qk[l, h] = q[:, s] @ key[:, s].T / np.sqrt(k)
        vo[l, h] = v[:, s] @ o[s]


def values(a):
    return [float(f"{x:.9g}") for x in np.linalg.svd(a, compute_uv=False)[:k]]


def copying(a):
    e = np.linalg.eigvals(a @ gram)
    return float(e.real.sum() / np.abs(e).sum())


def composition(a, b):
    return float(np.linalg.norm(a @ b) / np.linalg.norm(a) / np.linalg.norm(b))


last = layers - 1
out = dict(
    qk=[values(qk[l, h]) for l in range(layers) for h in range(heads)],
    vo=[values(vo[l, h]) for l in range(layers) for h in range(heads)],
    copying=[copying(vo[l, h]) for l in range(layers) for h in range(heads)],
    composition=[[composition(vo[0, a], qk[last, b]), composition(vo[0, a], qk[last, b].T), composition(vo[0, a], vo[last, b])]
                 for a in range(heads) for b in range(heads)])
(root / "Tests/Fixtures/heads_mini.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
