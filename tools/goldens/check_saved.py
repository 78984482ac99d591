"""Reads what the tests have saved with the programs that own the formats: csv, json, numpy, safetensors.

    python3 tools/goldens/check_saved.py FOLDER

Prints `ok`, or the first difference. The tests of Save run it where Python has these packages.
"""
import csv
import json
import sys

import numpy as np
from safetensors.numpy import load_file

folder = sys.argv[1]
expected = json.load(open(f"{folder}/expected.json", encoding="utf-8"))
with open(f"{folder}/table.csv", newline="", encoding="utf-8") as file:
    rows = list(csv.reader(file))
assert rows == expected["rows"], rows
a = np.arange(6, dtype=np.float32).reshape(2, 3) / 7
arrays = {"a": a, "a transposed": a.T, "é": np.float32([1.5, np.inf, -0.0]), "empty": np.zeros((0, 4), np.float32), "scalar": np.float32(2.5)}


def same(x, y):
    assert x.dtype == np.float32 and x.shape == y.shape and x.tobytes() == np.ascontiguousarray(y).tobytes(), (x, y)


same(np.load(f"{folder}/x.npy"), a.T)
archive = np.load(f"{folder}/x.npz")
tensors = load_file(f"{folder}/x.safetensors")
for source in (archive, tensors):
    assert sorted(source.keys()) == sorted(arrays), list(source.keys())
    for name, array in arrays.items():
        same(source[name], array)
assert json.load(open(f"{folder}/x.json"), parse_constant=lambda word: 1 / 0) == [
    {"n": 1, "deep": [[], {}, None, None, "\u0001\"\\é🙂"], "half": 0.5, "tensor": [[0.3, 2]]}]
print("ok")
