#!/usr/bin/env python3
"""The passes of run.py in PyTorch, from the same file, as plainly as PyTorch does them well.

    reference.py forward TEXTS TOKENS PASSES MODEL   prints the seconds of the first pass and of the fastest of PASSES more
    reference.py generate TEXTS TOKENS PASSES MODEL  the same for TOKENS more tokens after one, greedily, with the keys and values kept
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


class Llama:
    """A pass of a Llama, plainly; with `cache` after the tokens before."""

    def __init__(self, w, c):
        import torch
        self.w, self.c = {n.removeprefix("model."): x for n, x in w.items()}, c
        self.heads, self.groups = c["num_attention_heads"], c["num_key_value_heads"]
        k = c["hidden_size"] // self.heads
        angles = torch.arange(2048)[:, None] * c["rope_theta"] ** (-torch.arange(0, k, 2) / k)
        angles = torch.cat([angles, angles], -1)
        self.cos, self.sin = angles.cos(), angles.sin()

    def __call__(self, ids, cache=None):
        import torch
        import torch.nn.functional as F
        w, c = self.w, self.c
        texts, n = len(ids), len(ids[0])
        x = w["embed_tokens.weight"][torch.tensor(ids)]
        past = 0 if not cache else cache[0][0].shape[2]

        def norm(x, name):
            return F.rms_norm(x, (x.shape[-1],), w[name + ".weight"], c["rms_norm_eps"])

        def turned(x):
            half = x.shape[-1] // 2
            return x * self.cos[past:past + n] + torch.cat([-x[..., half:], x[..., :half]], -1) * self.sin[past:past + n]

        def heads(x, name, count):
            return F.linear(x, w[name + ".weight"]).reshape(texts, n, count, -1).transpose(1, 2)

        for l in range(c["num_hidden_layers"]):
            h = f"layers.{l}."
            y = norm(x, h + "input_layernorm")
            q, k = turned(heads(y, h + "self_attn.q_proj", self.heads)), turned(heads(y, h + "self_attn.k_proj", self.groups))
            v = heads(y, h + "self_attn.v_proj", self.groups)
            if cache is not None:
                if past:
                    k, v = torch.cat([cache[l][0], k], 2), torch.cat([cache[l][1], v], 2)
                    cache[l] = (k, v)
                else:
                    cache.append((k, v))
            z = F.scaled_dot_product_attention(q, k, v, is_causal=n > 1, enable_gqa=True)
            x = x + F.linear(z.transpose(1, 2).reshape(texts, n, -1), w[h + "self_attn.o_proj.weight"])
            y = norm(x, h + "post_attention_layernorm")
            inner = F.silu(F.linear(y, w[h + "mlp.gate_proj.weight"])) * F.linear(y, w[h + "mlp.up_proj.weight"])
            x = x + F.linear(inner, w[h + "mlp.down_proj.weight"])
        if cache is not None:
            x = x[:, -1:]
        return F.linear(norm(x, "norm"), w["embed_tokens.weight"])

    def generate(self, count):
        cache, ids = [], [[13]]
        for _ in range(count):
            ids = [[int(self(ids, cache)[0, -1].argmax())]]


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
    llama = Llama(w, c) if c["model_type"] == "llama" else None
    if task == "generate":
        body = lambda: llama.generate(tokens)
    else:
        body = lambda: llama(ids) if llama else forward(w, c, ids)
    first = timed(body)
    print(first, min(timed(body) for _ in range(passes)))


main()
