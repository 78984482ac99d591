#!/usr/bin/env python3
"""The passes of run.py in PyTorch, from the same file, as plainly as PyTorch does them well.

    reference.py forward TEXTS TOKENS PASSES MODEL   prints the seconds of the first pass and of the fastest of PASSES more
    reference.py read PASSES MODEL                   prints the seconds of reading the weights once, on all cores
    reference.py precision LOGITS.npy MODEL          prints how far these logits and PyTorch's float32 ones are from its float64 ones
"""
import json, os, pathlib, sys, time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

task, *arguments, model = sys.argv[1:]
folder = pathlib.Path(model)


def token_ids(texts, count, vocabulary):
    return [[((t * count + i) * 7919 + 13) % vocabulary for i in range(count)] for t in range(texts)]


def load(dtype):
    from safetensors.torch import load_file
    return {n.removeprefix("transformer."): x.to(dtype) for n, x in load_file(folder / "model.safetensors").items()}


def forward(w, c, ids):
    """Logits [texts, tokens, vocabulary]."""
    import torch
    import torch.nn.functional as F
    heads, d = c["n_head"], c["n_embd"]
    texts, n = len(ids), len(ids[0])
    x = w["wte.weight"][torch.tensor(ids)] + w["wpe.weight"][:n]

    def norm(x, name):
        return F.layer_norm(x, (d,), w[name + ".weight"], w[name + ".bias"], c["layer_norm_epsilon"])

    def linear(x, name):
        return torch.addmm(w[name + ".bias"], x.reshape(texts * n, -1), w[name + ".weight"]).reshape(texts, n, -1)

    for l in range(c["n_layer"]):
        h = f"h.{l}."
        q, k, v = (t.reshape(texts, n, heads, -1).transpose(1, 2) for t in linear(norm(x, h + "ln_1"), h + "attn.c_attn").split(d, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + linear(y.transpose(1, 2).reshape(texts, n, d), h + "attn.c_proj")
        x = x + linear(F.gelu(linear(norm(x, h + "ln_2"), h + "mlp.c_fc"), approximate="tanh"), h + "mlp.c_proj")
    return norm(x, "ln_f") @ w["wte.weight"].T


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def main():
    if task == "read":
        weights = np.memmap(folder / "model.safetensors", dtype="u8", mode="r")
        parts = np.array_split(weights, 64)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            print(min(timed(lambda: list(pool.map(np.max, parts))) for _ in range(int(arguments[0]) + 1)))
        return
    import torch
    torch.set_grad_enabled(False)
    c = json.loads((folder / "config.json").read_text())
    if task == "precision":
        ours = np.load(arguments[0])
        ids = token_ids(1, len(ours), c["vocab_size"])
        single = forward(load(torch.float32), c, ids)[0].numpy()
        double = forward(load(torch.float64), c, ids)[0].numpy()
        print(abs(ours - double).max(), abs(single - double).max())
        return
    w = load(torch.float32)
    texts, tokens, passes = map(int, arguments)
    ids = token_ids(texts, tokens, c["vocab_size"])
    first = timed(lambda: forward(w, c, ids))
    print(first, min(timed(lambda: forward(w, c, ids)) for _ in range(passes)))


main()
