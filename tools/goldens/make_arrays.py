"""NumPy's own files for the reader of .npy and .npz.

    python3 tools/goldens/make_arrays.py Tests/Fixtures/npy
"""
import sys
import zipfile

import numpy as np
from numpy.lib import format as npy

folder = sys.argv[1]
x = np.array([[0, 1, 2], [-3, 4, 100]])
for name in ("f2", "f4", "f8", "i4", "i8"):
    np.save(f"{folder}/{name}.npy", x.astype("<" + name))
np.save(f"{folder}/u1.npy", np.abs(x).astype("u1"))
np.save(f"{folder}/b1.npy", x > 1)
np.save(f"{folder}/fortran.npy", np.asfortranarray(x.astype("<f4")))
np.save(f"{folder}/scalar.npy", np.float32(2.5))
np.save(f"{folder}/big.npy", x.astype(">f4"))
np.save(f"{folder}/complex.npy", x.astype("<c8"))
for version in ((1, 0), (2, 0), (3, 0)):
    with open(f"{folder}/v{version[0]}.npy", "wb") as file:
        npy.write_array(file, x.astype("<f4"), version=version)

# Archives of arrays.
arrays = {"x": x.astype("<f4"), "long": (np.arange(3000) % 7).astype("<i4"), "b": x > 1}
np.savez(f"{folder}/stored.npz", **arrays)
np.savez_compressed(f"{folder}/deflated.npz", **arrays)
np.savez(f"{folder}/empty.npz")
np.savez(f"{folder}/complex.npz", x=x.astype("<c8"))
np.savez_compressed(f"{folder}/commented.npz", **arrays)
with zipfile.ZipFile(f"{folder}/commented.npz", "a") as archive:
    archive.comment = b"a comment that holds PK\x05\x06"
with zipfile.ZipFile(f"{folder}/text.npz", "w") as archive:
    archive.writestr("notes.txt", "no array")
with open(f"{folder}/f4.npy", "rb") as file:
    array = file.read()
with zipfile.ZipFile(f"{folder}/bzip2.npz", "w", zipfile.ZIP_BZIP2) as archive:
    archive.writestr("x.npy", array)
with zipfile.ZipFile(f"{folder}/twice.npz", "w") as archive:
    archive.writestr("x.npy", array)
    archive.writestr("x.npy", array)
