#!/usr/bin/env python3
"""Golden numbers of the experiments of stdlib/experiments.tw: patching, path patching, ablation and induction scores of Models/mini by hooks
of PyTorch on transformers in double, probes by scikit-learn.

    tools/goldens/make_experiment_goldens.py Models/mini Tests/Fixtures/experiments

Writes mini.npz and mini.json (texts, words, what the arrays are), probes.npz and probes.json. Needs torch, transformers, scikit-learn, numpy.
"""
import json
import pathlib
import sys

import numpy as np
import sklearn
import torch
import transformers
from sklearn.linear_model import LogisticRegression, RidgeClassifier

transformers.logging.set_verbosity_error()
CLEAN = "The captain of the ship looked at the"
CORRUPT = "The mother of the child looked at the"
WORDS = (" boat", " child")
SENDER = (2, 1)
RECEIVERS = [(4, 3), (5, 0)]


class Run:
    """Passes of GPT-2 with activations put in by name: a dictionary of site and a function of the activation."""

    def __init__(self, folder):
        self.model = transformers.GPT2LMHeadModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float64).eval()
        for parameter in self.model.parameters():
            parameter.requires_grad_(False)
        self.blocks = self.model.transformer.h
        config = self.model.config
        self.layers, self.heads, self.width = config.n_layer, config.n_head, config.n_embd
        self.k = self.width // self.heads

    def __call__(self, ids, edits=(), grad=False):
        edits, found, handles = dict(edits), {}, []

        def see(name, x):
            x = edits[name](x) if name in edits else x
            if grad:
                x = x if x.requires_grad else x.detach().requires_grad_(True)
                x.retain_grad()
            found[name] = x
            return x

        for l, block in enumerate(self.blocks):
            handles += [
                block.register_forward_pre_hook(lambda m, given, l=l: (see(f"resid.{l}", given[0]), *given[1:])),
                block.attn.c_proj.register_forward_pre_hook(lambda m, given, l=l: (see(f"z.{l}", given[0]),)),
                block.attn.register_forward_hook(lambda m, given, out, l=l: (see(f"attn.{l}", out[0]), *out[1:])),
                block.mlp.register_forward_hook(lambda m, given, out, l=l: see(f"mlp.{l}", out)),
                block.attn.c_attn.register_forward_hook(lambda m, given, out, l=l: see(f"qkv.{l}", out)),
            ]
        try:
            out = self.model(torch.tensor([ids]), output_attentions=True)
        finally:
            for handle in handles:
                handle.remove()
        return out.logits[0, -1], found, out.attentions

    def head(self, h):
        return slice(h * self.k, (h + 1) * self.k)


def put(x, at, where=slice(None), columns=slice(None)):
    """x with what `at` has at some tokens and columns; a number or vector for all of them."""
    def edit(own):
        own = own.clone()
        own[0, where, columns] = at[0, where, columns] if torch.is_tensor(at) and at.ndim == 3 else at
        return own
    return edit


def mini(folder, out):
    run = Run(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    clean, corrupt = tokenizer.encode(CLEAN), tokenizer.encode(CORRUPT)
    a, b = (tokenizer.encode(word)[0] for word in WORDS)
    n = len(clean)
    says = lambda logits: float(logits[a] - logits[b])
    with torch.no_grad():
        logits_clean, at_clean, _ = run(clean)
        logits_corrupt, at_corrupt, _ = run(corrupt)
        base, span = says(logits_corrupt), says(logits_clean) - says(logits_corrupt)
        measured = lambda edits: (says(run(corrupt, edits)[0]) - base) / span
        arrays = {}
        for part in ("resid", "attn", "mlp"):
            arrays[f"patch.{part}"] = np.array(
                [[measured({f"{part}.{l}": put(None, at_clean[f"{part}.{l}"], t)}) for t in range(n)] for l in range(run.layers)])
        arrays["patch.z"] = np.array(
            [[[measured({f"z.{l}": put(None, at_clean[f"z.{l}"], t, run.head(h))}) for t in range(n)] for h in range(run.heads)] for l in range(run.layers)])
        # Columns of c_attn: queries, keys, values, head by head.
        for number, part in enumerate("qkv"):
            columns = lambda h: slice(number * run.width + h * run.k, number * run.width + (h + 1) * run.k)
            arrays[f"patch.{part}.all"] = np.array(
                [[measured({f"qkv.{l}": put(None, at_clean[f"qkv.{l}"], slice(None), columns(h))}) for h in range(run.heads)] for l in range(run.layers)])
        # All heads held as they are in the corrupt run but the sender, which is as in the clean run; then the receivers' queries, or the last state.
        held = {f"z.{l}": put(None, at_corrupt[f"z.{l}"]) for l in range(run.layers)}
        l, h = SENDER

        def sent(own):
            return put(None, at_clean[f"z.{l}"], slice(None), run.head(h))(put(None, at_corrupt[f"z.{l}"])(own))
        held[f"z.{l}"] = sent
        ends = {}
        handle = run.blocks[-1].register_forward_hook(lambda m, given, out: ends.update(state=out[0] if isinstance(out, tuple) else out))
        _, got, _ = run(corrupt, held)
        handle.remove()
        arrays["path.queries"] = np.array(
            measured({f"qkv.{l}": put(None, got[f"qkv.{l}"], slice(None), run.head(h)) for l, h in RECEIVERS}))
        handle = run.blocks[-1].register_forward_hook(
            lambda m, given, out: (ends["state"].reshape(out[0].shape), *out[1:]) if isinstance(out, tuple) else ends["state"])
        arrays["path.end"] = np.array(measured({}))
        handle.remove()
        # Ablations of a head's share of two texts, the metric being log p(a).
        runs = [(ids, run(ids)[1]) for ids in (clean, corrupt[:6])]
        log_p = lambda logits: float(torch.log_softmax(logits, -1)[a])
        for by in ("zero", "mean"):
            scores = np.zeros((run.layers, run.heads))
            for l in range(run.layers):
                for h in range(run.heads):
                    for ids, own in runs:
                        if by == "zero":
                            new = 0.0
                        else:
                            new = torch.cat([found[f"z.{l}"][0, :, run.head(h)] for _, found in runs]).mean(0)
                        scores[l, h] += log_p(run(ids, {f"z.{l}": put(None, new, slice(None), run.head(h))})[0]) / 2
            arrays[f"ablate.{by}"] = scores
        # Patterns on tokens that come twice.
        random = np.random.default_rng(3)
        once = [int(i) for i in random.integers(0, run.model.config.vocab_size, 50)]
        _, _, patterns = run(once + once)
        patterns = torch.cat(patterns)[:, :, :, :].numpy()
        i = np.arange(100)
        for kind, rows, columns in (
            ("induction", i[50:], i[50:] - 49), ("duplicate", i[50:], i[50:] - 50), ("previous", i[1:], i[1:] - 1),
            ("first", i[1:], 0 * i[1:]), ("self", i[1:], i[1:])):
            arrays[f"heads.{kind}"] = patterns[:, :, rows, columns].mean(-1)
    logits, at, _ = run(corrupt, grad=True)
    (logits[a] - logits[b]).backward()
    change = lambda part, l: ((at_clean[f"{part}.{l}"] - at[f"{part}.{l}"]) * at[f"{part}.{l}"].grad)[0].detach()
    arrays["estimate.resid"] = np.array([change("resid", l).sum(-1).numpy() for l in range(run.layers)]) / span
    arrays["estimate.z"] = np.array(
        [[change("z", l)[:, run.head(h)].sum(-1).numpy() for h in range(run.heads)] for l in range(run.layers)]) / span
    np.savez_compressed(out / "mini.npz", **{name: np.asarray(x, dtype=np.float32) for name, x in arrays.items()})
    about = {
        "command": "tools/goldens/make_experiment_goldens.py", "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "clean": clean, "corrupt": corrupt, "a": a, "b": b, "metric": {"clean": says(logits_clean), "corrupt": base}, "sender": SENDER,
        "receivers": RECEIVERS, "ablated": [clean, corrupt[:6]], "once": once,
    }
    (out / "mini.json").write_text(json.dumps(about) + "\n")


def probes(out):
    random = np.random.default_rng(5)
    n, d = 120, 7
    X = (random.standard_normal((n, d)) * [1, 3, 0.5, 1, 2, 1, 5] + [0, 2, 0, 0, 1, 0, 30]).astype(np.float32)
    two = (X[:, 0] + 0.5 * X[:, 1] + random.standard_normal(n) > 1).astype(int)
    three = np.digitize(X[:, 0] - X[:, 2] + 0.7 * random.standard_normal(n), [-0.7, 0.7])
    made = {"logistic": lambda: LogisticRegression(C=2, tol=1e-12, max_iter=100000), "ridge": lambda: RidgeClassifier(alpha=0.5, solver="cholesky")}
    about = {"command": "tools/goldens/make_experiment_goldens.py", "versions": {"sklearn": sklearn.__version__}, "l2": 0.5}
    for name, y in (("two", two), ("three", three)):
        for kind, make in made.items():
            model = make().fit(X.astype(np.float64), y)
            weights = np.atleast_2d(model.coef_).T
            about[f"{name}.{kind}"] = {
                "weights": weights[:, 0].tolist() if weights.shape[1] == 1 else weights.tolist(),
                "bias": np.ravel(model.intercept_).tolist(), "accuracy": float(model.score(X, y))}
    np.savez_compressed(out / "probes.npz", X=X, two=two.astype(np.float32), three=three.astype(np.float32))
    (out / "probes.json").write_text(json.dumps(about) + "\n")


folder, out = sys.argv[1], pathlib.Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
mini(folder, out)
probes(out)
