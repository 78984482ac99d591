#!/usr/bin/env python3
"""`tw crate` as the package rocrate reads it. crate.py TW"""

import os
import subprocess
import sys
import tempfile

from rocrate.rocrate import ROCrate

TW = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
with tempfile.TemporaryDirectory(prefix="tw-crate-") as folder:
    out = folder + "/out"
    subprocess.run([TW, ROOT + "/examples/ablate.tw", "--k", "3", "--out", out], check=True, capture_output=True)
    subprocess.run([TW, "crate", out, "--license", "https://spdx.org/licenses/MIT"], check=True, capture_output=True)
    crate = ROCrate(out)
    assert sorted(part.id for part in crate.root_dataset["hasPart"]) == ["ablate.csv", "ablate.svg", "provenance.json"]
    assert all(part.type == "File" for part in crate.root_dataset["hasPart"])
    (action,) = crate.root_dataset["mentions"]
    assert action.type == "CreateAction" and action["instrument"]["name"] == "ablate.tw"
    assert sorted(result.id for result in action["result"]) == ["ablate.csv", "ablate.svg"]
    assert {value["name"]: value["value"] for value in action["object"] if value.type == "PropertyValue"}["k"] == "3"
    assert any(entity["name"] == "mini/model.safetensors" for entity in action["object"])
    assert crate.root_dataset["conformsTo"].id == "https://w3id.org/ro/wfrun/process/0.5"
    # It can be written again as it is.
    crate.write(folder + "/copy")
    assert os.path.exists(folder + "/copy/ablate.svg")
    print("rocrate: one run, three files")
