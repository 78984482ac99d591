"""Passes of GPT-2 by transformers, in double, whose activations are seen and changed by name through PyTorch's hooks."""
import numpy as np
import torch
import transformers

transformers.logging.set_verbosity_error()


class Hooked:
    """Names of activations, each with the number of its block: in (the state that enters it), qkv, z (of all heads), attn, hidden, mlp, resid (the
    state that leaves it)."""

    def __init__(self, folder):
        self.model = transformers.GPT2LMHeadModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float64).eval()
        self.model.requires_grad_(False)
        self.blocks = self.model.transformer.h
        config = self.model.config
        self.layers, self.heads, self.width = config.n_layer, config.n_head, config.n_embd
        self.k = self.width // self.heads

    def __call__(self, ids, edits=None, grad=False):
        """Logits [n, words], activations [1, n, …] by name, patterns. `edits`: name and a function of the activation. With `grad` each activation keeps
        its gradient."""
        edits, found, handles = edits or {}, {}, []

        def see(name, x):
            x = edits[name](x) if name in edits else x
            if grad:
                x = x if x.requires_grad else x.detach().requires_grad_(True)
                x.retain_grad()
            found[name] = x
            return x

        def after(l):
            def hook(m, given, out):
                x = see(f"resid.{l}", out[0] if isinstance(out, tuple) else out)
                return (x, *out[1:]) if isinstance(out, tuple) else x
            return hook

        for l, block in enumerate(self.blocks):
            handles += [
                block.register_forward_pre_hook(lambda m, given, l=l: (see(f"in.{l}", given[0]), *given[1:])),
                block.attn.c_attn.register_forward_hook(lambda m, given, out, l=l: see(f"qkv.{l}", out)),
                block.attn.c_proj.register_forward_pre_hook(lambda m, given, l=l: (see(f"z.{l}", given[0]),)),
                block.attn.register_forward_hook(lambda m, given, out, l=l: (see(f"attn.{l}", out[0]), *out[1:])),
                block.mlp.c_proj.register_forward_pre_hook(lambda m, given, l=l: (see(f"hidden.{l}", given[0]),)),
                block.mlp.register_forward_hook(lambda m, given, out, l=l: see(f"mlp.{l}", out)),
                block.register_forward_hook(after(l)),
            ]
        try:
            out = self.model(torch.tensor([ids]), output_attentions=True)
        finally:
            for handle in handles:
                handle.remove()
        return out.logits[0], found, [p[0] for p in out.attentions]

    def head(self, h):
        """The columns of a head among those of all heads."""
        return slice(h * self.k, (h + 1) * self.k)


def put(x, where=slice(None), columns=slice(None)):
    """An edit: what x [1, n, …] has at some tokens and columns; a number or a vector for all of them."""
    def edit(own):
        own = own.clone()
        own[0, where, columns] = x[0, where, columns] if torch.is_tensor(x) and x.ndim == 3 else x
        return own
    return edit


def twice_kinds(n):
    """Of n tokens that come twice, by kind of head: rows and columns of the pattern that its score is the mean of."""
    i = np.arange(2 * n)
    return {"induction": (i[n:], i[n:] - n + 1), "duplicate": (i[n:], i[n:] - n), "previous": (i[1:], i[1:] - 1), "first": (i[1:], 0 * i[1:]),
            "self": (i[1:], i[1:])}
