"""Runs a notebook with nbclient and holds what it shows to what stands in it. tour.py TW NOTEBOOK.ipynb

With --write behind it the notebook gets what is shown now; with TW_SHARE=/nowhere without a copy of Plotly.js in it."""

import copy
import sys

import kernels  # noqa: F401: installs the kernel
import nbformat
from nbclient import NotebookClient


def shown(output):
    """What a reader sees of an output: texts as they are, of pictures and pages only that they are there."""
    if output.output_type == "stream":
        return (output.name, output.text)
    if output.output_type == "error":
        return ("error", output.ename, output.evalue)
    data = output.data
    exact = {kind: data[kind] for kind in data if kind == "text/plain" or kind == "text/html" and "<iframe" not in data[kind]}
    return (output.output_type, sorted(data), exact)


path = sys.argv[1]
notebook = nbformat.read(path, as_version=4)
nbformat.validate(notebook)
fresh = copy.deepcopy(notebook)
for cell in fresh.cells:
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
NotebookClient(fresh, kernel_name="tw", timeout=120, record_timing=False, resources={"metadata": {"path": kernels.WORK}}).execute()
if "--write" in sys.argv:
    nbformat.write(fresh, path)
    sys.exit()
failures = 0
count = 0
for index, (old, new) in enumerate(zip(notebook.cells, fresh.cells)):
    if old.cell_type != "code":
        continue
    count += 1
    wanted, found = [shown(output) for output in old.outputs], [shown(output) for output in new.outputs]
    if wanted != found or old.execution_count != new.execution_count:
        failures += 1
        print(f"cell {index}: {old.source}\n  in the notebook: {wanted}\n  now:             {found}")
print(f"{count} cells, {failures} differ")
sys.exit(failures > 0)
