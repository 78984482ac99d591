#!/usr/bin/env python3
"""Golden numbers of the experiments of the standard library: patching, path patching, ablation and induction scores of Models/mini by hooks
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
from hooked import Hooked, put, twice_kinds
from sklearn.linear_model import LogisticRegression, RidgeClassifier

CLEAN = "The captain of the ship looked at the"
CORRUPT = "The mother of the child looked at the"
WORDS = (" boat", " child")
SENDER = (2, 1)
RECEIVERS = [(4, 3), (5, 0)]


def mini(folder, out):
    run = Hooked(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    clean, corrupt = tokenizer.encode(CLEAN), tokenizer.encode(CORRUPT)
    a, b = (tokenizer.encode(word)[0] for word in WORDS)
    n = len(clean)
    says = lambda logits: float(logits[-1, a] - logits[-1, b])
    with torch.no_grad():
        logits_clean, at_clean, _ = run(clean)
        logits_corrupt, at_corrupt, _ = run(corrupt)
        base, span = says(logits_corrupt), says(logits_clean) - says(logits_corrupt)
        measured = lambda edits: (says(run(corrupt, edits)[0]) - base) / span
        arrays = {}
        for name, part in (("resid", "in"), ("attn", "attn"), ("mlp", "mlp")):
            arrays[f"patch.{name}"] = np.array(
                [[measured({f"{part}.{l}": put(at_clean[f"{part}.{l}"], t)}) for t in range(n)] for l in range(run.layers)])
        arrays["patch.z"] = np.array(
            [[[measured({f"z.{l}": put(at_clean[f"z.{l}"], t, run.head(h))}) for t in range(n)] for h in range(run.heads)] for l in range(run.layers)])
        # Columns of c_attn: queries, keys, values, head by head.
        for number, part in enumerate("qkv"):
            columns = lambda h: slice(number * run.width + h * run.k, number * run.width + (h + 1) * run.k)
            arrays[f"patch.{part}.all"] = np.array(
                [[measured({f"qkv.{l}": put(at_clean[f"qkv.{l}"], slice(None), columns(h))}) for h in range(run.heads)] for l in range(run.layers)])
        # All heads held as they are in the corrupt run but the sender, which is as in the clean run; then the receivers' queries, or the last state.
        held = {f"z.{l}": put(at_corrupt[f"z.{l}"]) for l in range(run.layers)}
        l, h = SENDER

        def sent(own):
            return put(at_clean[f"z.{l}"], slice(None), run.head(h))(put(at_corrupt[f"z.{l}"])(own))
        held[f"z.{l}"] = sent
        _, got, _ = run(corrupt, held)
        arrays["path.queries"] = np.array(
            measured({f"qkv.{l}": put(got[f"qkv.{l}"], slice(None), run.head(h)) for l, h in RECEIVERS}))
        end = f"resid.{run.layers - 1}"
        arrays["path.end"] = np.array(measured({end: put(got[end])}))
        # Ablations of a head's share of two texts, the metric being log p(a).
        runs = [(ids, run(ids)[1]) for ids in (clean, corrupt[:6])]
        log_p = lambda logits: float(torch.log_softmax(logits[-1], -1)[a])
        for by in ("zero", "mean"):
            scores = np.zeros((run.layers, run.heads))
            for l in range(run.layers):
                for h in range(run.heads):
                    for ids, own in runs:
                        if by == "zero":
                            new = 0.0
                        else:
                            new = torch.cat([found[f"z.{l}"][0, :, run.head(h)] for _, found in runs]).mean(0)
                        scores[l, h] += log_p(run(ids, {f"z.{l}": put(new, slice(None), run.head(h))})[0]) / 2
            arrays[f"ablate.{by}"] = scores
        # Patterns on tokens that come twice.
        random = np.random.default_rng(3)
        once = [int(i) for i in random.integers(0, run.model.config.vocab_size, 50)]
        _, _, patterns = run(once + once)
        patterns = torch.stack(patterns).numpy()
        for kind, (rows, columns) in twice_kinds(50).items():
            arrays[f"heads.{kind}"] = patterns[:, :, rows, columns].mean(-1)
    logits, at, _ = run(corrupt, grad=True)
    (logits[-1, a] - logits[-1, b]).backward()
    change = lambda part, l: ((at_clean[f"{part}.{l}"] - at[f"{part}.{l}"]) * at[f"{part}.{l}"].grad)[0].detach()
    arrays["estimate.resid"] = np.array([change("in", l).sum(-1).numpy() for l in range(run.layers)]) / span
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
