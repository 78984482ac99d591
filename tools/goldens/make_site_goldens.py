#!/usr/bin/env python3
"""Golden activations and gradients of small models of many families, by transformers and PyTorch's autograd in double precision.

    tools/goldens/make_site_goldens.py Tests/Fixtures/families [NAME ...]

Writes sites.npz beside each model, for one text of 9 tokens: `value.SITE.L` of every activation that `forward` has a name for in block 1, and
`grad.SITE.L` of the first and last block, the derivative of sum(c * logits[-1]) with the vector `c`; `ids`, `c`. Shapes as `forward` has
them: q z are (heads, n, k), k v (key heads, n, k), pattern and scores (heads, n, n), others (n, width). `attn_raw` and its gradient are
before a norm that follows the attention. Needs torch, transformers, numpy.

Modules are hooked by their names; what has no module (queries, keys, scores, patterns) is caught in torch.matmul, softmax and the like
while a block's attention runs.
"""
import pathlib
import sys

import numpy as np
import torch
import transformers

transformers.logging.set_verbosity_error()
TOKENS = 9

# Of each model_type: the attention, the matrix that writes what heads have read, the MLP's last matrix, the norms ln_1 and ln_2, those after
# attention and MLP. `+`: the norm is after the sum, so that its output is the state.
LLAMA = dict(attention="self_attn", o="self_attn.o_proj", down="mlp.down_proj", ln_1="input_layernorm", ln_2="post_attention_layernorm")
GEMMA2 = dict(LLAMA, ln_2="pre_feedforward_layernorm", post_1="post_attention_layernorm", post_2="post_feedforward_layernorm")
OPT = dict(attention="self_attn", o="self_attn.out_proj", down="fc2", ln_1="self_attn_layer_norm", ln_2="final_layer_norm")
NEOX = dict(attention="attention", o="attention.dense", down="mlp.dense_4h_to_h", ln_1="input_layernorm", ln_2="post_attention_layernorm")
MODULES = {
    "gpt2": dict(attention="attn", o="attn.c_proj", down="mlp.c_proj", ln_1="ln_1", ln_2="ln_2"),
    "gpt_neo": dict(attention="attn", o="attn.attention.out_proj", down="mlp.c_proj", ln_1="ln_1", ln_2="ln_2"),
    "gptj": dict(attention="attn", o="attn.out_proj", down="mlp.fc_out", ln_1="ln_1"),
    "gpt_neox": NEOX,
    "bloom": dict(NEOX, attention="self_attention", o="self_attention.dense"),
    "opt": OPT,
    "llama": LLAMA, "mistral": LLAMA, "qwen2": LLAMA, "qwen3": LLAMA, "gemma": LLAMA, "phi3": LLAMA, "stablelm": LLAMA,
    "gemma2": GEMMA2, "gemma3_text": GEMMA2,
    "olmo2": dict(attention="self_attn", o="self_attn.o_proj", down="mlp.down_proj", post_1="post_attention_layernorm", post_2="post_feedforward_layernorm"),
    "phi": dict(attention="self_attn", o="self_attn.dense", down="mlp.fc2", ln_1="input_layernorm"),
    "starcoder2": dict(LLAMA, down="mlp.c_proj"),
    "bert": dict(attention="attention.self", o="attention.output.dense", down="output.dense", ln_1="attention.output.LayerNorm", ln_2="output.LayerNorm"),
    "roberta": dict(attention="attention.self", o="attention.output.dense", down="output.dense", ln_1="attention.output.LayerNorm", ln_2="output.LayerNorm"),
    "distilbert": dict(attention="attention", o="attention.out_lin", down="ffn.lin2", ln_1="sa_layer_norm", ln_2="output_layer_norm"),
}


class Catch:
    """Tensors of one pass, by site and block, each with its gradient retained."""

    def __init__(self):
        self.found, self.block, self.softened = {}, None, False

    def put(self, site, block, tensor):
        if tensor.requires_grad:
            tensor.retain_grad()
        self.found[site, block] = tensor

    # What stands where a block's attention runs.

    def matmul(self, original):
        def run(a, b, *rest, **more):
            if self.block is not None and a.ndim == 4 and b.ndim == 4:
                self.product(a, b)
            return original(a, b, *rest, **more)
        return run

    def product(self, a, b):
        if ("q", self.block) not in self.found:
            self.put("q", self.block, a)
            self.put("kT", self.block, b)
        elif self.softened:
            self.put("v", self.block, b)

    def baddbmm(self, original):
        def run(alibi, batch1, batch2, **more):
            if self.block is not None:
                self.product(batch1, batch2)
            return original(alibi, batch1, batch2, **more)
        return run

    def bmm(self, original):
        def run(a, b, *rest, **more):
            if self.block is not None:
                self.product(a, b)
            return original(a, b, *rest, **more)
        return run

    def softmax(self, original):
        def run(scores, dim=-1, dtype=None, **more):
            if self.block is None or self.softened:
                return original(scores, dim=dim, dtype=dtype)
            scores = scores.double()
            self.put("scores", self.block, scores)
            pattern = original(scores, dim=dim)
            self.put("pattern", self.block, pattern)
            self.softened = True
            return pattern
        return run


def hook(catch, model, kind, blocks):
    names = MODULES[kind]
    for number, block in enumerate(blocks):
        def module(key, block=block):
            # A parallel block has no second norm.
            found = dict(block.named_modules()).get(names.get(key))
            assert found is not None or key in ("ln_1", "ln_2", "post_1", "post_2"), key
            return found

        def out(site, number=number):
            return lambda module, given, result: catch.put(site, number, result[0] if isinstance(result, tuple) else result)

        def enter(module, *_, number=number):
            catch.block, catch.softened = number, False

        def leave(*_):
            catch.block = None

        block.register_forward_hook(out("resid"))
        module("attention").register_forward_pre_hook(enter)
        module("attention").register_forward_hook(leave)
        module("o").register_forward_pre_hook(lambda module, given, number=number: catch.put("z", number, given[0]))
        module("down").register_forward_pre_hook(lambda module, given, number=number: catch.put("hidden", number, given[0]))
        module("o").register_forward_hook(out("attn_raw"))
        (module("post_1") or module("o")).register_forward_hook(out("attn_out"))
        (module("post_2") or module("down")).register_forward_hook(out("mlp"))
        for norm in ("ln_1", "ln_2"):
            if module(norm) is not None:
                module(norm).register_forward_hook(out(norm))


def heads(array, n, count, width):
    """(n, heads k) in whatever shape as (heads, n, k)."""
    return array.reshape(n, count, width).transpose(1, 0, 2)


def shaped(site, array, n, h, g, k):
    """As `forward` has it. Keys and values that were repeated for each query head are added up by their groups: right for gradients; for
    values the caller takes the first of each group."""
    if site == "kT":
        array = array.reshape(-1, k, n).transpose(0, 2, 1)
    if site in ("q", "kT", "v"):
        return array.reshape(-1, n, k)
    if site == "z":
        return heads(array, n, h, k)
    if site in ("scores", "pattern"):
        return array.reshape(h, n, n)
    return array.reshape(n, -1)


def golden(folder):
    config = transformers.AutoConfig.from_pretrained(folder).get_text_config()
    kind = config.model_type
    sees_all = kind in ("bert", "roberta", "distilbert")
    form = transformers.AutoModelForMaskedLM if sees_all else transformers.AutoModelForCausalLM
    model = form.from_pretrained(folder, attn_implementation="eager", dtype=torch.float64).eval()
    config = model.config.get_text_config()
    count = config.num_hidden_layers
    lists = [module for module in model.modules() if isinstance(module, torch.nn.ModuleList) and len(module) == count]
    catch = Catch()
    hook(catch, model, kind, lists[0])
    random = np.random.default_rng(11)
    ids = [int(i) for i in random.integers(2 if kind == "roberta" else 0, config.vocab_size, TOKENS)]
    c = random.standard_normal(config.vocab_size).astype(np.float32)
    kept = (torch.matmul, torch.nn.functional.softmax, torch.Tensor.baddbmm, torch.bmm, torch.softmax)
    torch.matmul = catch.matmul(torch.matmul)
    torch.bmm = catch.bmm(torch.bmm)
    torch.Tensor.baddbmm = catch.baddbmm(torch.Tensor.baddbmm)
    torch.nn.functional.softmax = catch.softmax(torch.nn.functional.softmax)
    torch.softmax = catch.softmax(torch.softmax)
    try:
        words = model.get_input_embeddings()
        words.register_forward_hook(lambda module, given, result: result.requires_grad_(True))
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        logits = model(torch.tensor([ids])).logits[0]
    finally:
        torch.matmul, torch.nn.functional.softmax, torch.Tensor.baddbmm, torch.bmm, torch.softmax = kept
    (logits[-1] * torch.tensor(c, dtype=torch.float64)).sum().backward()
    h = config.num_attention_heads
    g = getattr(config, "num_key_value_heads", None) or h
    k = catch.found["z", 0].shape[-1] // h
    arrays = {"ids": np.array(ids, dtype=np.int32), "c": c}
    for (site, block), tensor in sorted(catch.found.items(), key=lambda item: (item[0][1], item[0][0])):
        name = "k" if site == "kT" else site
        value = shaped(site, tensor.detach().numpy(), TOKENS, h, g, k)
        grad = None if tensor.grad is None else shaped(site, tensor.grad.numpy(), TOKENS, h, g, k)
        if name in ("k", "v") and len(value) != g:
            value = value.reshape(g, h // g, TOKENS, k)[:, 0]
            grad = None if grad is None else grad.reshape(g, h // g, TOKENS, k).sum(1)
        if name == "q" and kind == "opt":  # which scales the queries, not the products
            value, grad = value * k**0.5, None if grad is None else grad / k**0.5
        if block == 1:
            if name == "scores":
                value = np.where(value < -1e30, -np.inf, value)
            arrays[f"value.{name}.{block}"] = value.astype(np.float32)
        if block in (0, count - 1):
            assert grad is not None, f"{folder.name}: no gradient of {name} {block}"
            arrays[f"grad.{name}.{block}"] = grad.astype(np.float32)
    np.savez_compressed(folder / "sites.npz", **arrays)
    return len(arrays)


root = pathlib.Path(sys.argv[1])
for folder in sorted(path for path in root.iterdir() if (path / "config.json").exists()):
    if not sys.argv[2:] or folder.name in sys.argv[2:]:
        print(folder.name, golden(folder))
