#!/usr/bin/env python3
"""The probes in NumPy and PyTorch, from the same file: the dense way (d x d matrices, whole sorts) and the factored way.

    reference.py TASK WAY MODEL     TASK: svd_all, composition, copying, svd_analysis;  WAY: dense, factored

Prints the same sums as the programs beside it, to show that both compute the same. Tasks that would take minutes the dense way do
a part of it, and print the share on standard error.
"""
import json, pathlib, sys
import numpy as np
import torch
from safetensors import safe_open

task, way, model = sys.argv[1:]
dense = way == "dense"
folder = pathlib.Path(model)
c = json.loads((folder / "config.json").read_text())
d, H, L = c["n_embd"], c["n_head"], c["n_layer"]
k = d // H
torch.set_grad_enabled(False)
file = safe_open(folder / "model.safetensors", "pt")
stored = set(file.keys())


def weight(name):
    return file.get_tensor(name if name in stored else "transformer." + name).float()


def factors(l):
    """(Q, K) / k^(1/4) each, and (V, O) of each head of block l."""
    q, key, v = weight(f"h.{l}.attn.c_attn.weight").split(d, 1)
    o = weight(f"h.{l}.attn.c_proj.weight")
    heads = [slice(h * k, h * k + k) for h in range(H)]
    return [(q[:, s] / k**0.5, key[:, s].T) for s in heads], [(v[:, s], o[s]) for s in heads]


def svd_factored(a, b):
    qa, ra = torch.linalg.qr(a.double())
    qb, rb = torch.linalg.qr(b.T.double())
    u, s, vt = torch.linalg.svd(ra @ rb.T)
    return (qa @ u).float(), s.float(), (qb @ vt.T).float()


def svd_dense(a, b):
    u, s, vt = torch.linalg.svd(a @ b)
    return u[:, :k], s[:k], vt[:k].T


def partly(done, total):
    print(f"share {done / total}", file=sys.stderr)


def svd_all():
    layers = range(2) if dense else range(L)
    total = 0.0
    for l in layers:
        for pairs in factors(l):
            for a, b in pairs:
                total += float((svd_dense if dense else svd_factored)(a, b)[1].double().sum())
    partly(len(layers), L)
    return f"{total:.4f}"


def composition():
    norm = torch.linalg.matrix_norm
    total, done, pairs = 0.0, 0, L * (L - 1) // 2
    blocks = [factors(l) for l in range(L)]
    if dense:
        for a in range(1):
            for b in range(1, 3):
                for va, oa in blocks[a][1]:
                    first = va @ oa
                    for (q, key), (v, o) in zip(*blocks[b]):
                        for second in (q @ key, (q @ key).T, v @ o):
                            total += float(norm(first @ second) / norm(first) / norm(second))
                done += 1
        partly(done, pairs)
        return f"{total:.3f}"
    # ||A M D|| with Gram matrices: stacked over the heads of two blocks, sum (A'A M DD') * M.
    def stack(x):
        return torch.stack(x)
    left = [(stack([v.T @ v for v, _ in vo]), stack([o for _, o in vo])) for _, vo in blocks]
    def right(qk, vo):
        yield stack([q for q, _ in qk]), stack([key @ key.T for _, key in qk])
        yield stack([key.T for _, key in qk]), stack([q.T @ q for q, _ in qk])
        yield stack([v for v, _ in vo]), stack([o @ o.T for _, o in vo])
    def size(gram, other):
        return (gram * (other @ other.transpose(1, 2) if other.shape[1] == k else other.transpose(1, 2) @ other)).sum((1, 2)).sqrt()
    for b in range(1, L):
        for inner, gram in right(*blocks[b]):
            inner_size = size(gram, inner)
            for a in range(b):
                ga, o = left[a]
                m = torch.einsum("akd,bdj->abkj", o, inner)
                square = ((ga[:, None] @ m @ gram[None]) * m).sum((2, 3))
                total += float((square.clamp(min=0).sqrt() / size(ga, o)[:, None] / inner_size[None]).sum())
    partly(1, 1)
    return f"{total:.3f}"


def copying():
    E = weight("wte.weight")
    total = 0.0
    if dense:  # through d x d, since V x V is out of reach
        layers = range(1)
        gram = E.T @ E
        for l in layers:
            for v, o in factors(l)[1]:
                e = torch.linalg.eigvals((v @ o @ gram).double())
                total += float(e.real.sum() / e.abs().sum())
        partly(len(layers), L)
        return f"{total:.3f}"
    gram = (E.T @ E).double()
    for l in range(L):
        for v, o in factors(l)[1]:
            e = torch.linalg.eigvals(o.double() @ gram @ v.double())
            total += float(e.real.sum() / e.abs().sum())
    partly(1, 1)
    return f"{total:.3f}"


def svd_analysis():
    """Blocks 0, (L - 1) // 2, L - 1; top 20 pairs; five tokens each. The dense way sorts whole vocabularies, as the authors do."""
    E = weight("wte.weight")
    top, lines, total = 20, [], 0
    blocks = [0, (L - 1) // 2, L - 1]
    for l in blocks[:1] if dense else blocks:
        g, b = weight(f"h.{l}.ln_1.weight"), weight(f"h.{l}.ln_1.bias")
        E1 = torch.nn.functional.layer_norm(E, (d,), g, b, 1e-5)
        qk, vo = factors(l)
        def tokens(x, space):
            scores = x.T @ space.T
            if dense:
                return torch.argsort(scores, dim=1, descending=True)[:, :5]
            return torch.topk(scores, 5, dim=1).indices
        for pairs, right in ((qk, E1), (vo, E)):
            for a, bb in pairs:
                u, s, v = (svd_dense if dense else svd_factored)(a, bb)
                u, s, v = u[:, :top], s[:top], v[:, :top]
                scores = v.T @ right.T
                sign = torch.where(scores.amax(1) >= -scores.amin(1), 1.0, -1.0)
                lines += tokens(u * sign, E1).tolist() + tokens(v * sign, right).tolist()
        bias = weight(f"h.{l}.attn.c_attn.bias")
        for h, ((q, key), _) in enumerate(zip(qk, vo)):
            x = torch.stack([q @ bias[d + h * k:d + h * k + k], key.T @ bias[h * k:h * k + k]], 1)
            lines += tokens(torch.cat([x, -x], 1), E1).tolist()
    partly(1 if dense else 3, 3)
    return f"{len(lines)} lists"


print({"svd_all": svd_all, "composition": composition, "copying": copying, "svd_analysis": svd_analysis}[task]())
