"""NumPy's own files for the reader of .npy.

    python3 tools/goldens/make_arrays.py Tests/Fixtures/npy
"""
import sys

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
