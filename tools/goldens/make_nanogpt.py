#!/usr/bin/env python3
"""Writes a tiny checkpoint of nanoGPT with seeded random weights, and what its model computes in double, for Tests/Fixtures/families.

    tools/goldens/make_nanogpt.py Tests/Fixtures/families/nanogpt [--seed 1] [--no-bias] [--compiled] [--characters]
    tools/goldens/make_nanogpt.py Tests/Fixtures/families/nanogpt_gpt2_words --gpt2-words

ckpt.pt is what train.py saves: the model, an AdamW after one step, model_args, iter_num, best_val_loss (a tensor), config. --compiled puts
`_orig_mod.` before all names, as torch.compile does; --characters writes meta.pkl as data/shakespeare_char/prepare.py does. --gpt2-words:
50,304 rows that share one storage of a single row, so that the file stays small; no golden numbers.

golden.npz and golden.json are as make_family_goldens.py writes them. The forward pass is written out below after nanoGPT's model.py, in double. Needs torch and numpy.
"""
import argparse
import json
import math
import pathlib
import pickle
import platform

import numpy as np
import torch

LENGTHS = (1, 9, 40)
KEPT = {40: 4}
GREEDY = 6
CHARACTERS = "\n !',-.3:;?ABCDEFGHIKLMNOPRSTUVWYabcdefghijklmnopqrstuvwxyzåé\u00c5\u212bж漢🙂"


def weights(args, generator):
    """Tensors by nanoGPT's names, in the order of its state dict. lm_head.weight is transformer.wte.weight itself."""
    d, words = args["n_embd"], args["vocab_size"]

    def matrix(out, into):
        return torch.randn(out, into, generator=generator) / into ** 0.5

    def vector(size):
        return 0.1 * torch.randn(size, generator=generator)

    state = {"transformer.wte.weight": matrix(words, d), "transformer.wpe.weight": matrix(args["block_size"], d)}

    def norm(name):
        state[name + ".weight"] = 1 + 2 * vector(d)
        if args["bias"]:
            state[name + ".bias"] = vector(d)

    def linear(name, out, into):
        state[name + ".weight"] = matrix(out, into)
        if args["bias"]:
            state[name + ".bias"] = vector(out)

    for block in range(args["n_layer"]):
        h = f"transformer.h.{block}."
        norm(h + "ln_1")
        linear(h + "attn.c_attn", 3 * d, d)
        linear(h + "attn.c_proj", d, d)
        norm(h + "ln_2")
        linear(h + "mlp.c_fc", 4 * d, d)
        linear(h + "mlp.c_proj", d, 4 * d)
    norm("transformer.ln_f")
    state["lm_head.weight"] = state["transformer.wte.weight"]
    return state


def forward(state, args, ids):
    """logits [n, words], states before every block and after the last [n, d], patterns [heads, n, n]."""
    w = {name: tensor.double() for name, tensor in state.items()}
    n, d, heads = len(ids), args["n_embd"], args["n_head"]

    def norm(x, name):
        x = (x - x.mean(-1, keepdim=True)) / torch.sqrt(x.var(-1, unbiased=False, keepdim=True) + 1e-5) * w[name + ".weight"]
        return x + w[name + ".bias"] if args["bias"] else x

    def linear(x, name):
        x = x @ w[name + ".weight"].T
        return x + w[name + ".bias"] if args["bias"] else x

    x = w["transformer.wte.weight"][ids] + w["transformer.wpe.weight"][:n]
    states, patterns = [x], []
    for block in range(args["n_layer"]):
        h = f"transformer.h.{block}."
        q, k, v = (part.reshape(n, heads, d // heads).transpose(0, 1) for part in linear(norm(x, h + "ln_1"), h + "attn.c_attn").split(d, dim=1))
        scores = q @ k.transpose(1, 2) / math.sqrt(d // heads)
        scores = scores.masked_fill(torch.ones(n, n).triu(1).bool(), -math.inf)
        pattern = torch.exp(scores - scores.amax(-1, keepdim=True))
        pattern = pattern / pattern.sum(-1, keepdim=True)
        x = x + linear((pattern @ v).transpose(0, 1).reshape(n, d), h + "attn.c_proj")
        inner = linear(norm(x, h + "ln_2"), h + "mlp.c_fc")
        x = x + linear(inner * 0.5 * (1 + torch.erf(inner / math.sqrt(2))), h + "mlp.c_proj")
        states.append(x)
        patterns.append(pattern)
    return norm(x, "transformer.ln_f") @ w["lm_head.weight"].T, states, patterns


def save(folder, state, args, compiled):
    parameters = {name: torch.nn.Parameter(tensor.clone()) for name, tensor in state.items() if name != "lm_head.weight"}
    decayed = [p for p in parameters.values() if p.dim() >= 2]
    others = [p for p in parameters.values() if p.dim() < 2]
    optimizer = torch.optim.AdamW([dict(params=decayed, weight_decay=0.1), dict(params=others, weight_decay=0.0)], lr=1e-3, betas=(0.9, 0.99))
    for p in parameters.values():
        p.grad = 0.01 * p.detach()
    optimizer.step()
    prefix = "_orig_mod." if compiled else ""
    model = type(torch.nn.Linear(1, 1).state_dict())((prefix + name, tensor) for name, tensor in state.items())
    torch.save(
        dict(model=model, optimizer=optimizer.state_dict(), model_args=args, iter_num=250, best_val_loss=torch.tensor(1.25),
             config=dict(out_dir="out-tiny", dataset="tiny_char", init_from="scratch", gradient_accumulation_steps=1, learning_rate=1e-3, decay_lr=True,
                         device="cuda", dtype="bfloat16", compile=compiled, **{key: args[key] for key in ("n_layer", "n_head", "n_embd", "bias", "dropout", "block_size")})),
        folder / "ckpt.pt")


def golden(folder, state, args):
    random = np.random.default_rng(7)
    arrays, largest, cases = {}, {}, []

    def put(case, what, tensor):
        arrays[f"{case}.{what}"] = tensor.numpy().astype(np.float32)
        kind = what.split(".")[0]
        largest[kind] = max(largest.get(kind, 0.0), float(tensor.abs().max()))

    for case, length in enumerate(LENGTHS):
        ids = [int(i) for i in random.integers(0, args["vocab_size"], length)]
        kept = KEPT.get(length, length)
        logits, states, patterns = forward(state, args, ids)
        put(case, "logits", logits if length == 9 else logits[-1])
        for layer, x in enumerate(states):
            put(case, f"resid.{layer}", x[-kept:])
        for layer, pattern in enumerate(patterns):
            put(case, f"pattern.{layer}", pattern[:, -kept:])
        text = list(ids)
        for _ in range(GREEDY):
            text.append(int(forward(state, args, text)[0][-1].argmax()))
        cases.append({"ids": ids, "greedy": text[length:]})
    np.savez_compressed(folder / "golden.npz", **arrays)
    versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    about = {"command": "tools/goldens/make_nanogpt.py", "versions": versions, "layers": args["n_layer"], "cases": cases, "max_abs": largest}
    (folder / "golden.json").write_text(json.dumps(about, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-bias", action="store_true")
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--characters", action="store_true")
    parser.add_argument("--gpt2-words", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    args = dict(n_layer=2, n_head=5, n_embd=20, block_size=64, bias=not options.no_bias, vocab_size=len(CHARACTERS), dropout=0.0)
    if options.gpt2_words:
        args |= dict(n_layer=1, n_head=2, n_embd=4, block_size=16, vocab_size=50304)
    state = weights(args, torch.Generator().manual_seed(options.seed))
    if options.gpt2_words:
        state["transformer.wte.weight"] = state["transformer.wte.weight"][:1].clone().expand(50304, 4)
        state["lm_head.weight"] = state["transformer.wte.weight"]
        model = {name: tensor.clone() if tensor.is_contiguous() else tensor for name, tensor in state.items()}
        torch.save(dict(model=model, model_args=args, iter_num=0, config=dict(dataset="openwebtext")), options.folder / "ckpt.pt")
        return
    save(options.folder, state, args, options.compiled)
    if options.characters:
        characters = sorted(set(CHARACTERS))
        meta = {"vocab_size": len(characters), "itos": dict(enumerate(characters)), "stoi": {c: i for i, c in enumerate(characters)}}
        (options.folder / "meta.pkl").write_bytes(pickle.dumps(meta))
    golden(options.folder, state, args)


if __name__ == "__main__":
    main()
