#!/usr/bin/env python3
"""The jobs of run.py in PyTorch, GPT-2, from the same file: passes with hooks that keep and change activations, ablations and patches batched.

    reference.py TASK PASSES MODEL

Prints the seconds of the first time, of the fastest of PASSES more, of a plain pass of the same text, and of the imports.
"""
import json, pathlib, sys, time

begin = time.perf_counter()
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

imports = time.perf_counter() - begin
task, passes, model = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
c = json.loads((model / "config.json").read_text())
L, H, D, V = c["n_layer"], c["n_head"], c["n_embd"], c["vocab_size"]
K = D // H
w = {n.removeprefix("transformer."): x.float() for n, x in load_file(model / "model.safetensors").items()}
A, B = 11, 29


def token_ids(text, count):
    return [((text * count + i) * 7919 + 13) % V for i in range(count)]


def states(ids, hook=lambda name, x: x, patterns=False):
    """The last states [texts, tokens, D]. `hook` sees every activation by name and gives what stands in its place."""
    ids = torch.tensor(ids)
    texts, n = ids.shape
    x = w["wte.weight"][ids] + w["wpe.weight"][:n]
    mask = torch.full((n, n), float("-inf")).triu(1)

    def norm(x, name):
        return F.layer_norm(x, (D,), w[name + ".weight"], w[name + ".bias"], c["layer_norm_epsilon"])

    def linear(x, name):
        return torch.addmm(w[name + ".bias"], x.reshape(texts * n, -1), w[name + ".weight"]).reshape(texts, n, -1)

    for l in range(L):
        h = f"h.{l}."
        x = hook(f"resid.{l}", x)
        parts = linear(norm(x, h + "ln_1"), h + "attn.c_attn").split(D, 2)
        q, k, v = (hook(f"{name}.{l}", t.reshape(texts, n, H, K).transpose(1, 2)) for name, t in zip("qkv", parts))
        if patterns:
            p = hook(f"attn.{l}", torch.softmax(q @ k.transpose(2, 3) / K ** 0.5 + mask, -1))
            z = p @ v
        else:
            z = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        z = hook(f"z.{l}", z)
        x = x + hook(f"attn_out.{l}", linear(z.transpose(1, 2).reshape(texts, n, D), h + "attn.c_proj"))
        inner = hook(f"hidden.{l}", F.gelu(linear(norm(x, h + "ln_2"), h + "mlp.c_fc"), approximate="tanh"))
        x = x + hook(f"mlp.{l}", linear(inner, h + "mlp.c_proj"))
    return x


def unembedded(x):
    return F.layer_norm(x, (D,), w["ln_f.weight"], w["ln_f.bias"], c["layer_norm_epsilon"]) @ w["wte.weight"].T


def metric(x):
    """logit(A) - logit(B) at the last position, of each text."""
    logits = unembedded(x[:, -1])
    return logits[:, A] - logits[:, B]


class Cache(dict):
    def __call__(self, name, x):
        self[name] = x
        return x


clean, corrupt = token_ids(0, 15), token_ids(1, 15)


def cached_pass():
    cache = Cache()
    return unembedded(states([clean], cache, patterns=True)), cache


def ablation(batch):
    """Every head's z taken out, `batch` of them in a pass."""
    places = [(l, h) for l in range(L) for h in range(H)]
    out = []
    for start in range(0, len(places), batch):
        some = places[start:start + batch]

        def hook(name, x):
            if name.startswith("z."):
                for i, (l, h) in enumerate(some):
                    if name == f"z.{l}":
                        x[i, h] = 0
            return x
        out.append(metric(states([clean] * len(some), hook)))
    return torch.cat(out)


def grid(part, batch):
    """Every place of `part` of the clean run in the corrupt one: resid by block and token, or z by block and head."""
    cache = Cache()
    states([clean], cache)
    count = len(clean) if part == "resid" else H
    places = [(l, i) for l in range(L) for i in range(count)]
    out = []
    for start in range(0, len(places), batch):
        some = places[start:start + batch]

        def hook(name, x):
            if name.startswith(part + "."):
                x = x.clone()
                for row, (l, i) in enumerate(some):
                    if name == f"{part}.{l}":
                        x[row, i] = cache[name][0, i]
            return x
        out.append(metric(states([corrupt] * len(some), hook)))
    return torch.cat(out)


def attribution_patching():
    cache, own = Cache(), Cache()
    states([clean], cache)

    def hook(name, x):
        if name.startswith("resid.0"):
            x = x.detach().requires_grad_(True)
        if name.startswith("z."):
            x.retain_grad()
            own[name] = x
        return x
    with torch.enable_grad():
        metric(states([corrupt], hook)).sum().backward()
    return torch.stack([((cache[f"z.{l}"] - own[f"z.{l}"]) * own[f"z.{l}"].grad)[0].sum(-1) for l in range(L)])


def direct_attribution():
    cache = Cache()
    x = states([clean], cache)[0, -1]
    u = (w["wte.weight"][A] - w["wte.weight"][B]) * w["ln_f.weight"] / (x.var(unbiased=False) + c["layer_norm_epsilon"]) ** 0.5
    u = u - u.mean()
    heads = [(cache[f"z.{l}"][0, :, -1, :, None] * w[f"h.{l}.attn.c_proj.weight"].reshape(H, K, D)).sum(1) @ u for l in range(L)]
    return torch.stack(heads), torch.stack([cache[f"mlp.{l}"][0, -1] for l in range(L)]) @ u


def induction():
    cache, n = Cache(), 50
    once = token_ids(0, n)
    states([once + once], cache, patterns=True)
    return torch.stack([cache[f"attn.{l}"][0, :, n:].diagonal(1, 1, 2).mean(-1) for l in range(L)])


def texts():
    return states([token_ids(t, 20) for t in range(100)])


TASKS = {
    "cached": [cached_pass], "ablate": [lambda: ablation(12), lambda: ablation(48), lambda: ablation(144)],
    "resid": [lambda: grid("resid", 15), lambda: grid("resid", 60), lambda: grid("resid", 180)],
    "heads": [lambda: grid("z", 12), lambda: grid("z", 48), lambda: grid("z", 144)],
    "estimate": [attribution_patching], "attribution": [direct_attribution], "induction": [induction], "texts": [texts],
}


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


torch.set_grad_enabled(False)
first = timed(TASKS[task][0])
# Its best way: the size of a batch that is fastest.
best = min(timed(body) for body in TASKS[task] for _ in range(passes))
one = lambda: metric(states([clean]))
one()
print(first, best, min(timed(one) for _ in range(10)), imports)
