#!/usr/bin/env python3
"""Golden numbers of small models of many families, by transformers in double precision.

    tools/goldens/make_family_goldens.py Tests/Fixtures/families [NAME ...]

Each folder holds a model as a repository on the hub has it, with seeded random weights. Writes golden.npz and golden.json beside it:
for texts of 1, 9 and 40 tokens the logits (of the last token; of every one for the 9), the residual stream before every block and
after the last (4 last rows for the 40), every attention pattern (likewise), and 6 tokens of greedy text of a model of causal language. The
tokens of the 9 have types where the model has some. Needs torch, transformers, numpy.
"""
import json
import pathlib
import platform
import sys

import numpy as np
import torch
import transformers

transformers.logging.set_verbosity_error()
LENGTHS = (1, 9, 40)
KEPT = {40: 4}
GREEDY = 6


def last_block(model, count):
    """The module of the last block: the last of the only list of modules that has one for each block."""
    lists = [module for module in model.modules() if isinstance(module, torch.nn.ModuleList) and len(module) == count]
    return lists[0][-1]


def golden(folder):
    name = json.loads((folder / "config.json").read_text())["architectures"][0]
    is_encoder = name.startswith(("Bert", "Roberta", "DistilBert"))
    kind = getattr(transformers, name) if is_encoder else transformers.AutoModelForCausalLM
    model = kind.from_pretrained(folder, attn_implementation="eager", dtype=torch.float64).eval()
    config = model.config.get_text_config()
    layers, vocabulary = config.num_hidden_layers, config.vocab_size
    types = getattr(config, "type_vocab_size", 0) if is_encoder else 0
    end = {}
    # transformers' last hidden state is after the final norm, the last state is what the last block gives.
    last_block(model, layers).register_forward_hook(lambda module, given, out: end.update(state=out[0] if isinstance(out, tuple) else out))
    random = np.random.default_rng(7)
    arrays, largest, cases = {}, {}, []

    def put(case, what, tensor):
        array = tensor.detach().numpy()
        arrays[f"{case}.{what}"] = array.astype(np.float32)
        kind = what.split(".")[0]
        largest[kind] = max(largest.get(kind, 0.0), float(np.abs(array).max()))

    for case, length in enumerate(LENGTHS):
        ids = [int(i) for i in random.integers(0, vocabulary, length)]
        if is_encoder:  # RoBERTa's padding takes no position.
            ids = [i + 1 if i == config.pad_token_id else i for i in ids]
        kept = KEPT.get(length, length)
        given = {"token_type_ids": torch.tensor([[i * types // length for i in range(length)]])} if types and length == 9 else {}
        with torch.no_grad():
            out = model(torch.tensor([ids]), output_hidden_states=True, output_attentions=True, **given)
            states = [*out.hidden_states[:layers], end["state"].reshape(1, length, -1)]
            text = list(ids)
            for _ in range(0 if is_encoder else GREEDY):  # without a cache and the settings of a generation
                text.append(int(model(torch.tensor([text])).logits[0, -1].argmax()))
        logits = getattr(out, "logits", getattr(out, "prediction_logits", None))
        if logits is not None:
            put(case, "logits", logits[0] if length == 9 else logits[0, -1])
        for what in ("pooler_output", "seq_relationship_logits"):
            if getattr(out, what, None) is not None:
                put(case, what, getattr(out, what)[0])
        for layer, state in enumerate(states):
            put(case, f"resid.{layer}", state[0, -kept:])
        for layer, pattern in enumerate(out.attentions):
            put(case, f"pattern.{layer}", pattern[0, :, -kept:])
        cases.append({"ids": ids} | ({"types": given["token_type_ids"][0].tolist()} if given else {}) | ({} if is_encoder else {"greedy": text[length:]}))
    np.savez_compressed(folder / "golden.npz", **arrays)
    versions = {"python": platform.python_version(), "torch": torch.__version__, "transformers": transformers.__version__}
    about = {"command": "tools/goldens/make_family_goldens.py", "versions": versions, "layers": layers, "cases": cases, "max_abs": largest}
    (folder / "golden.json").write_text(json.dumps(about, indent=1) + "\n")


root = pathlib.Path(sys.argv[1])
for folder in sorted(path for path in root.iterdir() if (path / "config.json").exists()):
    if not sys.argv[2:] or folder.name in sys.argv[2:]:
        golden(folder)
        print(folder.name)
