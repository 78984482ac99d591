#!/usr/bin/env python3
"""Writes Tests/Fixtures/forward/activations.safetensors: what PyTorch finds inside Models/mini, in float64.

    make_forward_goldens.py        (needs numpy, torch and safetensors)

A plain re-implementation of GPT-2 (transformers, modeling_gpt2.py) on the ids of "To kill two birds with one stone". `attn.L`
[heads, n, n], `mlp.L` [n, d] and `resid.L` [n, d] (0: embedding plus position, then after each block) for three blocks; the
last row of the logits as it is and under each edit: `logits`, `edit.NAME`. The edits are those of `EDITS`.
"""
import json, math, pathlib
import torch
from safetensors.torch import load_file, save_file

IDS = [709, 3296, 725, 3956, 342, 483, 3050]
# What each edit makes of its activation.
EDITS = {
    "embed": lambda x: 2 * x,
    "blocks.2.attn.pattern": lambda x: torch.ones_like(x) / x.shape[-1],
    "blocks.1.head.3": lambda x: 0 * x,
    "blocks.0.attn.out": lambda x: -x,
    "blocks.4.mlp.out": lambda x: x * x,
    "blocks.3.resid": lambda x: x.flip(0),
    "ln_f": lambda x: x + 1,
    "logits": lambda x: x / 2,
}
BLOCKS = [0, 2, 5]

root = pathlib.Path(__file__).resolve().parents[2]
c = json.loads((root / "Models/mini/config.json").read_text())
d, heads, layers = c["n_embd"], c["n_head"], c["n_layer"]
w = {n.removeprefix("transformer."): x.double() for n, x in load_file(root / "Models/mini/model.safetensors").items()}
k = d // heads


def norm(x, name):
    return torch.nn.functional.layer_norm(x, (d,), w[name + ".weight"], w[name + ".bias"], c["layer_norm_epsilon"])


def forward(ids, edits={}):
    kept = {}

    def at(name, x):
        return edits[name](x) if name in edits else x

    n = len(ids)
    x = at("embed", w["wte.weight"][ids] + w["wpe.weight"][:n])
    kept["resid.0"] = x
    future = torch.ones(n, n).triu(1).bool()
    for l in range(layers):
        h, name = f"h.{l}.", f"blocks.{l}."
        y = norm(x, h + "ln_1")
        q, key, v = [t.reshape(n, heads, k).transpose(0, 1) for t in (y @ w[h + "attn.c_attn.weight"] + w[h + "attn.c_attn.bias"]).split(d, -1)]
        scores = q @ key.transpose(1, 2) / math.sqrt(k)
        pattern = at(name + "attn.pattern", scores.masked_fill(future, -torch.inf).softmax(-1))
        kept[f"attn.{l}"] = pattern
        wo = w[h + "attn.c_proj.weight"].reshape(heads, k, d)
        out = sum(at(f"{name}head.{i}", pattern[i] @ v[i] @ wo[i]) for i in range(heads)) + w[h + "attn.c_proj.bias"]
        x = x + at(name + "attn.out", out)
        inner = torch.nn.functional.gelu(norm(x, h + "ln_2") @ w[h + "mlp.c_fc.weight"] + w[h + "mlp.c_fc.bias"], approximate="tanh")
        kept[f"mlp.{l}"] = mlp = at(name + "mlp.out", inner @ w[h + "mlp.c_proj.weight"] + w[h + "mlp.c_proj.bias"])
        x = kept[f"resid.{l + 1}"] = at(name + "resid", x + mlp)
    kept["logits"] = at("logits", at("ln_f", norm(x, "ln_f")) @ w["wte.weight"].T)
    return kept


kept = forward(IDS)
names = [f"attn.{l}" for l in BLOCKS] + [f"mlp.{l}" for l in BLOCKS] + [f"resid.{l}" for l in [0, 3, 6]]
out = {name: kept[name] for name in names}
out["logits"] = kept["logits"][-1]
for name, edit in EDITS.items():
    out["edit." + name] = forward(IDS, {name: edit})["logits"][-1]
save_file({n: x.float().contiguous() for n, x in out.items()}, root / "Tests/Fixtures/forward/activations.safetensors",
          {"command": "tools/goldens/make_forward_goldens.py", "torch": torch.__version__})
