#!/usr/bin/env python3
"""Golden numbers of linkage (SciPy), kmeans (scikit-learn) and quantile (NumPy).

    tools/goldens/make_clusters.py Tests/Fixtures/clusters.json

Needs numpy, scipy, scikit-learn. Rows are float32, as tw holds them; distances are in double.
"""
import json
import pathlib
import sys

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import leaves_list, linkage
from sklearn.cluster import KMeans

random = np.random.default_rng(5)
# Seven groups of several rows, so that the best clusters are the same from any start.
rows = np.concatenate([random.normal(random.uniform(-9, 9, 3), 0.4, (count, 3)) for count in (3, 5, 4, 6, 2, 7, 4)])
rows = rows[random.permutation(len(rows))].astype(np.float32).astype(np.float64)
trees = []
for metric in ("euclidean", "cosine"):
    for method in ("single", "complete", "average", "weighted", "ward", "centroid", "median"):
        if method in ("ward", "centroid", "median") and metric == "cosine":
            continue
        tree = linkage(rows, method=method, metric=metric)
        trees.append({"method": method, "metric": metric, "merges": tree.tolist(), "order": leaves_list(tree).tolist()})
fits = []
for k in (1, 3, 7, len(rows)):
    fit = KMeans(k, n_init=200, random_state=0).fit(rows)
    number = {}
    fits.append({"k": k, "inertia": float(fit.inertia_), "clusters": [number.setdefault(int(c), len(number)) for c in fit.labels_]})
shares = [0, 0.1, 0.25, 1 / 3, 0.5, 0.9, 0.999, 1]
golden = {
    "made": f"tools/goldens/make_clusters.py, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "rows": rows.tolist(), "trees": trees, "fits": fits, "shares": shares, "quantiles": np.quantile(rows[:, 0], shares).tolist(),
    "columns": np.quantile(rows, 0.3, axis=0).tolist(),
}
pathlib.Path(sys.argv[1]).write_text(json.dumps(golden, indent=0) + "\n")
