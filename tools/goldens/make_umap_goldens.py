#!/usr/bin/env python3
"""Writes Tests/Fixtures/umap.json: the steps of UMAP as umap-learn, SciPy and scikit-learn compute them, on the embedded model's
embeddings.

    make_umap_goldens.py        (needs numpy, scipy, safetensors, scikit-learn, umap-learn 0.5.12)

curve: find_ab_params. neighbours: exact, in double, of rows 0 to 49 among the first 600. scales: sigma and rho of these rows; new:
sigma of rows 600 to 649 as points to transform. graph: edges of rows 0 to 19, number and sum of all. spectral: the eigenvalues of
the normalised Laplacian (dense, scipy) and the first entries of the vectors, for 600 rows and for 300. pca: of 600 rows, by SVD.
trustworthiness: of the first 24 columns, for several k, by both metrics. layouts: trustworthiness of umap-learn's own layouts of
all 8192 rows, random_state=42.
"""
import json, pathlib, warnings
import numpy as np
import scipy.linalg, scipy.sparse, scipy.spatial
import umap
from safetensors.numpy import load_file
from sklearn.manifold import trustworthiness
from umap.umap_ import find_ab_params, fuzzy_simplicial_set, smooth_knn_dist

warnings.filterwarnings("ignore")
root = pathlib.Path(__file__).resolve().parents[2]
weights = load_file(root / "Models/mini/model.safetensors")
E = next(v for n, v in weights.items() if n.endswith("wte.weight")).astype(np.float32)
X, N = E[:600], 15


def short(x):
    return [float(f"{v:.9g}") for v in np.ravel(x)]


def nearest(a, b, k):
    d = scipy.spatial.distance.cdist(a.astype(np.float64), b.astype(np.float64))
    i = np.argsort(d, axis=1, kind="stable")[:, :k]
    return i, np.take_along_axis(d, i, 1)


def graph(x):
    i, d = nearest(x, x, N)
    return fuzzy_simplicial_set(x, N, None, "euclidean", knn_indices=i, knn_dists=d.astype(np.float32))[0].tocsr()


def spectral(x, dims):
    w = graph(x).toarray().astype(np.float64)
    d = 1 / np.sqrt(w.sum(0))
    values, vectors = scipy.linalg.eigh(np.eye(len(x)) - d[:, None] * w * d[None])
    vectors = vectors[:, 1:dims + 1]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(0), range(dims)])
    return dict(values=short(values[:dims + 1]), vectors=short(vectors[:40]))


indices, distances = nearest(X, X, N)
sigma, rho = smooth_knn_dist(distances.astype(np.float32), float(N))
_, new = nearest(E[600:650], X, N)
new_sigma, _ = smooth_knn_dist(new.astype(np.float32), float(N), local_connectivity=0.0)
G = graph(X)
P = X.astype(np.float64) - X.astype(np.float64).mean(0)
_, s, vt = np.linalg.svd(P, full_matrices=False)
vt = vt * np.sign(vt[range(len(vt)), np.abs(vt).argmax(1)])[:, None]
Y = X[:, :24]

out = dict(
    curve=[dict(min_dist=d, ab=short(find_ab_params(1.0, d))) for d in (0.0, 0.01, 0.1, 0.25, 0.5, 0.8, 0.99)],
    neighbours=dict(indices=indices[:50, 1:].tolist(), distances=short(distances[:50, 1:])),
    scales=dict(sigma=short(sigma[:50]), rho=short(rho[:50])), new=short(new_sigma),
    graph=dict(edges=[dict(to=G[i].indices.tolist(), weights=short(G[i].data)) for i in range(20)], count=int(G.nnz),
               sum=float(G.sum(dtype=np.float64))),
    spectral=[spectral(X, 3), spectral(X[:300], 3)],
    pca=dict(variance=short(s[:4] ** 2 / 599), ratio=short(s[:4] ** 2 / (s ** 2).sum()), components=short(vt[:2, :20]),
             scores=short((P @ vt[:2].T)[:20])),
    trustworthiness=[dict(k=k, metric=m, value=float(trustworthiness(X.astype(np.float64), Y.astype(np.float64), n_neighbors=k, metric=m)))
                     for k, m in ((1, "euclidean"), (5, "euclidean"), (15, "euclidean"), (60, "euclidean"), (15, "cosine"))],
    layouts=[dict(dims=dims, metric=m, value=float(trustworthiness(
        E, umap.UMAP(n_components=dims, metric=m, random_state=42).fit_transform(E), n_neighbors=15, metric=m)))
             for dims, m in ((2, "euclidean"), (3, "euclidean"), (2, "cosine"))])
(root / "Tests/Fixtures/umap.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
