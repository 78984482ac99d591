#!/usr/bin/env python3
"""Files as other tools write them, for docs/interchange.md: a steering vector and a probe, of Models/mini's width.

    tools/goldens/make_interchange.py Models/mini Tests/Fixtures/interchange

steering.safetensors   the vector of TransformerLens's hook_resid_post of block 3, in bfloat16, as safetensors.torch.save_file writes a cache's tensors
steering.pt            the same by torch.save
probe.npz              a LogisticRegression of scikit-learn on the last states of block 3 (numpy.savez), and accuracy.json: what scikit-learn says of them
coef.npy               its weights alone, in float64
Needs torch, transformers, safetensors, scikit-learn, numpy.
"""
import json
import pathlib
import sys

import numpy as np
import sklearn
import torch
import transformers
from safetensors.torch import save_file
from sklearn.linear_model import LogisticRegression

transformers.logging.set_verbosity_error()
folder, out = sys.argv[1], pathlib.Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64).eval()
tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
WOMEN = ["My mother opened the door, and", "The queen sat in the hall, and", "The girl ran to the river, and"]
MEN = ["My father opened the door, and", "The king sat in the hall, and", "The boy ran to the river, and"]


@torch.no_grad()
def state(text):
    return model(torch.tensor([tokenizer.encode(text)]), output_hidden_states=True).hidden_states[4][0, -1]


v = torch.stack([state(x) - state(y) for x, y in zip(WOMEN, MEN)]).mean(0)
save_file({"blocks.3.hook_resid_post": v.to(torch.bfloat16)}, out / "steering.safetensors")
torch.save({"blocks.3.hook_resid_post": v.to(torch.bfloat16)}, out / "steering.pt")
X = np.stack([state(text).numpy() for text in WOMEN + MEN])
y = ["woman"] * 3 + ["man"] * 3
probe = LogisticRegression(C=1, tol=1e-10, max_iter=10000).fit(X, y)
np.savez(out / "probe.npz", coef=probe.coef_, intercept=probe.intercept_, classes=probe.classes_)
np.save(out / "coef.npy", probe.coef_)
(out / "accuracy.json").write_text(json.dumps({
    "command": "tools/goldens/make_interchange.py", "versions": {"torch": torch.__version__, "sklearn": sklearn.__version__},
    "texts": WOMEN + MEN, "labels": y, "scores": probe.decision_function(X).tolist(), "vector": v.tolist()}) + "\n")
