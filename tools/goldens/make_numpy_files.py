"""Arrays as NumPy writes them, and what tw reads of them.
Run: python3 tools/goldens/make_numpy_files.py > Tests/Fixtures/numpy-files.json   (NumPy 2.4.6)
Each entry: the file as hex, and the shape and elements as float32, the texts, or the word that the error says.
"""
import io, json
import numpy as np
from numpy.lib import format as npy


def file(array, version=None):
    out = io.BytesIO()
    npy.write_array(out, array, version=version, allow_pickle=True)
    return out.getvalue().hex()


cases = []


def numbers(name, array, version=None):
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    flat = ["inf" if np.isposinf(x) else "-inf" if np.isneginf(x) else "nan" if np.isnan(x) else float(x) for x in single.ravel()]
    cases.append({"name": name, "file": file(array, version), "shape": list(array.shape), "elements": flat})


def texts(name, array):
    cases.append({"name": name, "file": file(array), "texts": array.astype("U").tolist()})


def refused(name, array, word):
    cases.append({"name": name, "file": file(array), "error": word})


for order in "<>":
    for kind in ["i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8"]:
        values = [0, 1, 2, 100, 30000] if kind[0] == "u" else [0, 1, -2, 100, -30000]
        numbers(order + kind, np.array(values, dtype=order + kind))
numbers("i1", np.array([0, 1, -128, 127], dtype="i1"))
numbers("u1", np.array([0, 1, 255], dtype="u1"))
numbers("bool", np.array([[True, False], [False, True]]))
numbers("fractions", np.array([0.1, -2.5, np.inf, -np.inf, np.nan, 6e-8, 65504], dtype="f2"))
numbers("double", np.array([0.1, 1e-300, -1e38, np.pi], dtype="f8"))
numbers("fortran", np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)))
numbers("fortran, big endian", np.asfortranarray(np.arange(6, dtype=">f8").reshape(2, 3)))
numbers("no axis", np.array(7.5))
numbers("empty", np.zeros((0, 3), dtype="<f8"))
for version in [(1, 0), (2, 0), (3, 0)]:
    numbers(f"version {version[0]}", np.arange(3, dtype="<f4"), version)
numbers("large", np.array([16777216, 16777217, 2**62, -(2**63)], dtype="<i8"))
numbers("larger", np.array([2**64 - 1, 2**64 - 2**40], dtype="<u8"))
numbers("beyond", np.array([1e300, -1e300, 1], dtype="<f8"))
texts("texts", np.array(["x", "", "é☃😀", "a b"]))
texts("texts, big endian", np.array(["x", "☃"]).astype(">U2"))
texts("texts of bytes", np.array([b"ab", b"c"]))
texts("rows of texts", np.array([["a", "b", "c"], ["d", "e", "f"]]))
texts("columns of texts", np.asfortranarray(np.array([["a", "b", "c"], ["d", "e", "f"]])))
texts("one text", np.array("word"))
refused("structured", np.array([(1, 2.5)], dtype=[("id", "<i4"), ("v", "<f4")]), 'structured array (fields "id", "v")')
refused("nested", np.array([((1, 2), 3)], dtype=[("a", [("b", "<i4"), ("c", "<i4")]), ("d", "<i4", ())]), 'structured array (fields "a", "d")')
refused("titles", np.array([(1, [2, 3])], dtype=[(("title", "a"), "<i4"), ("b", "<f4", (2,))]), 'structured array')
refused("complex64", np.array([1 + 2j], dtype="c8"), "complex numbers")
refused("complex128", np.array([1 + 2j], dtype=">c16"), "complex numbers")
refused("objects", np.array([{"a": 1}, None], dtype=object), "Python objects")
refused("dates", np.array(["2026-01-01"], dtype="M8[D]"), "dates")
refused("spans", np.array([3], dtype="m8[s]"), "spans of time")
refused("raw", np.zeros(2, dtype="V4"), "raw bytes")
refused("long double", np.zeros(2, dtype="longdouble"), "floating-point numbers of another size")
print(json.dumps(cases, ensure_ascii=False, indent=0))
