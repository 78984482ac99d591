#!/usr/bin/env python3
"""Golden numbers of the recipes induction, attribution, ioi, steering, probe, neurons, journeys and ablate on Models/mini: by hooks of PyTorch on
transformers in double, scikit-learn and NumPy.

    tools/goldens/make_recipe_goldens.py .build/release/tw Models/mini Tests/Fixtures/recipes/reach.json

The recipes run first, for what they were given: texts, random tokens, parts that are held back. No number of theirs is copied. Each entry of the file has
the table that the recipe saves, the columns that name its rows, and the numbers of some of its other columns in the order of these names.
Needs torch, transformers, scikit-learn, numpy.
"""
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import sklearn
import torch
import transformers
from hooked import Hooked, put, twice_kinds
from sklearn.linear_model import LogisticRegression

TW, FOLDER, OUT = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
run = Hooked(FOLDER)
model = run.model
tokenizer = transformers.AutoTokenizer.from_pretrained(FOLDER)
T, C = model.transformer, model.config
L, H, D = run.layers, run.heads, run.width
columns = run.head
U = model.lm_head.weight
goldens = {}


def without(heads):
    """Edits that take heads out."""
    edits = {}
    for l in {l for l, _ in heads}:
        def edit(x, l=l):
            x = x.clone()
            for block, h in heads:
                if block == l:
                    x[..., columns(h)] = 0
            return x
        edits[f"z.{l}"] = edit
    return edits


def last(x):
    return x[0, -1]


def recipe(name, *options):
    """What a recipe saves, each table as a list of rows."""
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([TW, ROOT / f"examples/{name}.tw", "--out", out, *options], check=True, capture_output=True)
        return {p.stem: list(csv.DictReader(p.open())) for p in pathlib.Path(out).glob("*.csv")}


def tw(code):
    return subprocess.run([TW, "-e", code], check=True, capture_output=True, text=True).stdout


def golden(name, file, by, columns, options="", parts=None, tolerance=1e-4):
    """`by`: the columns by which the rows are ordered; none: as in the file. `parts`: the rows that count, by their column `part`."""
    goldens[name] = {"file": file, "options": options, "by": by, "parts": parts, "tolerance": tolerance,
                     "columns": {c: np.asarray(x, dtype=float).round(9).tolist() for c, x in columns.items()}}


PLACES = [(l, h) for l in range(L) for h in range(H)]


@torch.no_grad()
def induction():
    ids = json.loads(tw('use samples\nprint(samples.twice(load("mini"), 50, seed=0))'))
    n = len(ids) // 2
    logits, _, patterns = run(ids)
    places = twice_kinds(n)
    scores = {kind: np.array([patterns[l][h][places[kind]].mean() for l, h in PLACES]) for kind in ("induction", "previous", "duplicate", "first", "self")}
    golden("induction", "induction", ["block", "head"], scores)
    best = [PLACES[j] for j in np.argsort(-scores["induction"])[:3]]
    cost = lambda edits: -torch.log_softmax(run(ids, edits)[0][:-1], -1)[torch.arange(2 * n - 1), torch.tensor(ids[1:])]
    golden("induction, places", "places", ["place"], {"the whole model": cost({}), "without the 3 best": cost(without(best))})


@torch.no_grad()
def attribution():
    ids = tokenizer.encode("The captain of the ship looked at the")
    logits, at, _ = run(ids)
    a, b = logits[-1].topk(2).indices.tolist()
    x = last(at[f"resid.{L - 1}"])
    scale = (x.var(unbiased=False) + C.layer_norm_epsilon) ** -0.5
    share = lambda y: float(((y - y.mean()) * scale * T.ln_f.weight) @ (U[a] - U[b]))
    heads = [share(last(at[f"z.{l}"])[columns(h)] @ T.h[l].attn.c_proj.weight[columns(h)]) for l, h in PLACES]
    mlps = [share(last(at[f"mlp.{l}"])) for l in range(L)]
    # The rows of heads, then those of the MLPs, both in the order of blocks.
    golden("attribution", "attribution", ["part", "block", "head"], {"score": [*heads, *mlps]}, parts=["head", "mlp"])


def ioi():
    texts = [f"When John and Mary went to the store, {giver} gave a drink to" for giver in ("John", "Mary")]
    clean, corrupt = map(tokenizer.encode, texts)
    a, b = (tokenizer.encode(name)[0] for name in (" Mary", " John"))
    says = lambda logits: logits[-1, a] - logits[-1, b]
    with torch.no_grad():
        (top, at, _), (base, own, _) = run(clean), run(corrupt)
        top, base = says(top), says(base)
        effect = lambda edits: float((says(run(corrupt, edits)[0]) - base) / (top - base))
        parts = {"state": "in", "attention": "attn", "mlp": "mlp"}
        grids = {c: [effect({f"{part}.{l}": put(at[f"{part}.{l}"], t)}) for l in range(L) for t in range(len(clean))] for c, part in parts.items()}
        golden("ioi, states", "states", ["block", "place"], grids)
        effects = [effect({f"z.{l}": put(at[f"z.{l}"], slice(None), columns(h))}) for l, h in PLACES]
        held = {f"z.{l}": put(own[f"z.{l}"]) for l in range(L)}

        def direct(l, h):
            edits = dict(held)
            edits[f"z.{l}"] = lambda x: put(at[f"z.{l}"], slice(None), columns(h))(put(own[f"z.{l}"])(x))
            return effect(edits)
        directs = [direct(l, h) for l, h in PLACES]
    logits, got, _ = run(corrupt, grad=True)
    says(logits).backward()
    change = {l: ((at[f"z.{l}"] - got[f"z.{l}"]) * got[f"z.{l}"].grad)[0].detach() for l in range(L)}
    estimates = [float(change[l][:, columns(h)].sum() / (top - base)) for l, h in PLACES]
    shown = sorted(sorted(range(len(PLACES)), key=lambda j: -abs(effects[j]))[:10])
    pick = lambda xs: [xs[j] for j in shown]
    golden("ioi", "heads", ["block", "head"], {"effect": pick(effects), "estimate": pick(estimates), "direct": pick(directs)})


def steering():
    source = (ROOT / "examples/steering.tw").read_text()
    pairs = re.findall(r'\["([^"]*)", "([^"]*)"\]', source)
    assert len(pairs) == 8
    ids = tokenizer.encode("My friend was tired and lost the way. Then")
    a, b = (tokenizer.encode(word)[0] for word in (" she", " he"))
    block = (L - 1) // 2
    with torch.no_grad():
        state = lambda text, l: last(run(tokenizer.encode(text))[1][f"resid.{l}"])
        v = {l: sum(state(x, l) - state(y, l) for x, y in pairs) / len(pairs) for l in range(L)}
        whole = run(ids)[0][-1]
        rows = [run(ids, {f"resid.{block}": lambda x, s=s: x + s * v[block]})[0][-1] for s in np.arange(-4, 5) * 2.0]
        kl = lambda q: float((whole.softmax(-1) * (whole.log_softmax(-1) - q.log_softmax(-1))).sum())
        golden("steering", "steering", ["scale"], {"d": [q[a] - q[b] for q in rows], "kl": [kl(q) for q in rows]})
        effects = [float((lambda q: q[a] - q[b] - whole[a] + whole[b])(run(ids, {f"resid.{l}": lambda x: x + v[l]})[0][-1])) for l in range(L)]
    logits, at, _ = run(ids, grad=True)
    (logits[-1, a] - logits[-1, b]).backward()
    golden("steering, blocks", "blocks", ["block"], {
        "length": [v[l].norm() for l in range(L)], "effect": effects, "slope": [(at[f"resid.{l}"].grad[0] @ v[l]).sum() for l in range(L)]}, tolerance=1e-3)


def states(text):
    """States [L + 1, n, D]."""
    with torch.no_grad():
        _, at, _ = run(tokenizer.encode(text))
    return torch.stack([at["in.0"][0], *(at[f"resid.{l}"][0] for l in range(L))]).numpy()


def probe():
    made = recipe("probe")
    rows = made["predictions"]
    labels = np.array([r["true"] for r in rows])
    held = np.array([r["part"] == "test" for r in rows])
    order = json.loads(tw(f"print(permutation({len(rows)}, seed=1) |> map(i => i))"))
    shuffled = labels[order]
    X = np.stack([states(r["text"])[:, -1] for r in rows])
    found = {"train": [], "test": [], "control": []}
    for l in range(L + 1):
        own = LogisticRegression(C=1, tol=1e-10, max_iter=100000).fit(X[~held, l], labels[~held])
        control = LogisticRegression(C=1, tol=1e-10, max_iter=100000).fit(X[~held, l], shuffled[~held])
        found["train"].append(own.score(X[~held, l], labels[~held]))
        found["test"].append(own.score(X[held, l], labels[held]))
        found["control"].append(control.score(X[held, l], shuffled[held]))
    # In the order of the file: the layers are texts.
    golden("probe", "probe", [], found)


@torch.no_grad()
def neurons():
    texts = json.loads(tw("use samples\nprint(samples.texts())"))
    block = (L - 1) // 2
    ids = [tokenizer.encode(text) for text in texts]
    hidden = [run(x)[1][f"hidden.{block}"][0] for x in ids]
    every = torch.cat(hidden)
    spread = every.std(0, unbiased=False)
    neuron = int(((every.max(0).values - every.mean(0)) / spread).argmax())
    values = sorted(((float(x), t, i) for t, h in enumerate(hidden) for i, x in enumerate(h[:, neuron])), reverse=True)
    golden("neurons", "neurons", [], {"value": [x for x, _, _ in values[:15]], "text": [t for _, t, _ in values[:15]], "place": [i for _, _, i in values[:15]]})
    value, t, i = values[0]
    cut = ids[t][:i + 1]
    logits, at, _ = run(cut)
    x = last(at[f"resid.{L - 1}"])
    w = T.h[block].mlp.c_proj.weight[neuron]
    direct = value * (U @ ((w - w.mean()) * (x.var(unbiased=False) + C.layer_norm_epsilon) ** -0.5 * T.ln_f.weight))

    def off(h):
        h = h.clone()
        h[0, -1, neuron] = 0
        return h
    lost = logits[-1] - run(cut, {f"hidden.{block}": off})[0][-1]
    direct, lost = direct - direct.mean(), lost - lost.mean()
    order = direct.argsort()
    ends = [*order.flip(0)[:8].tolist(), *order[:8].tolist()]
    golden("neurons, words", "words", [], {"writes": direct[ends], "removal": lost[ends]}, tolerance=1e-3)


def journeys():
    rows = recipe("journeys")["journeys"]
    x = np.stack([states(r["text"])[:, -1] for r in rows])
    x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt((x ** 2).mean(-1, keepdims=True) + C.layer_norm_epsilon)
    steps = np.diff(x, axis=1)
    long = np.linalg.norm(steps, axis=-1)
    cosine = lambda a, b: (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)
    turns = np.degrees(np.arccos(cosine(steps[:, 1:], steps[:, :-1])))
    golden("journeys", "journeys", [], {
        "length": long.sum(1) / np.sqrt(D), "straight": np.linalg.norm(x[:, -1] - x[:, 0], axis=-1) / long.sum(1), "turn": turns.mean(1)}, tolerance=1e-3)
    group = np.array([r["group"] for r in rows])
    same = group[:, None] == group
    within, between = [], []
    for l in range(L + 1):
        far = 1 - cosine(x[:, None, l], x[None, :, l])
        within.append(far[same & ~np.eye(len(rows), dtype=bool)].mean())
        between.append(far[~same].mean())
    golden("journeys, layers", "layers", [], {"within": within, "between": between, "convergence": 1 - np.array(within) / np.array(between)})


@torch.no_grad()
def ablate():
    ids = tokenizer.encode("To kill two birds with one stone")
    before = torch.log_softmax(run(ids)[0][-1], -1) / np.log(2)
    others = [run(tokenizer.encode(text))[1] for text in json.loads(tw("use samples\nprint(samples.texts())"))]
    moved = []
    for l, h in PLACES:
        mean = torch.cat([at[f"z.{l}"][0, :, columns(h)] for at in others]).mean(0)

        def edit(x):
            x = x.clone()
            x[..., columns(h)] = mean
            return x
        after = torch.log_softmax(run(ids, {f"z.{l}": edit})[0][-1], -1) / np.log(2)
        moved.append(float((2 ** before * (before - after)).sum()))
    golden("ablate", "ablate", ["block", "head"], {"moved": moved}, options="--by mean")


@torch.no_grad()
def attention():
    ids = tokenizer.encode("The captain of the ship looked at the sea, and the captain of the boat looked at the ship.")
    n, i = len(ids), np.arange(len(ids))
    p = np.stack([x.numpy() for x in run(ids)[2]]).reshape(-1, n, n)
    bits = -(p * np.log2(np.where(p > 0, p, 1))).sum(-1)
    golden("attention", "attention", ["block", "head"], {
        "previous": p[:, i[1:], i[1:] - 1].mean(-1), "first": p[:, 1:, 0].mean(-1), "self": p[:, i[1:], i[1:]].mean(-1),
        "back": (p * (i[:, None] - i)).sum(-1)[:, 1:].mean(-1), "spread": (2 ** bits)[:, 1:].mean(-1)})


for make in (attention, induction, attribution, ioi, steering, probe, neurons, journeys, ablate):
    make()
about = {"command": "tools/goldens/make_recipe_goldens.py", "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "sklearn": sklearn.__version__}}
OUT.write_text(json.dumps({"about": about, **goldens}) + "\n")
