#!/usr/bin/env python3
"""What TransformerLens says of Models/mini: activations under the names of its hooks, its patching functions and logit attributions, for the table of
docs/from-transformerlens.md.

    tools/goldens/make_transformerlens.py Models/mini Tests/Fixtures/interchange

Writes transformerlens.npz, a member for each hook (heads first, as tw has them) and function, and transformerlens.json. No weights are folded or centred.
Needs torch, transformers, transformer_lens, numpy.
"""
import json
import pathlib
import sys
from importlib.metadata import version

import numpy as np
import torch
import transformers
from transformer_lens import patching
from transformer_lens.model_bridge import TransformerBridge

folder, out = sys.argv[1], pathlib.Path(sys.argv[2])
tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
model = TransformerBridge.boot_transformers(folder, device="cpu")
model.enable_compatibility_mode(no_processing=True)
model.set_use_attn_result(True)
source = transformers.GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32).eval()
clean, corrupt = (torch.tensor([tokenizer.encode(f"The {words} looked at the")]) for words in ("captain of the ship", "mother of the child"))
a, b = (tokenizer.encode(word)[0] for word in (" boat", " child"))
L = 2
with torch.no_grad():
    logits, cache = model.run_with_cache(clean)
    assert torch.allclose(logits, source(clean).logits, atol=1e-3)
    hooks = [f"blocks.{L}.{name}" for name in (
        "hook_resid_pre", "hook_resid_mid", "hook_resid_post", "attn.hook_q", "attn.hook_k", "attn.hook_v", "attn.hook_attn_scores", "attn.hook_pattern",
        "attn.hook_z", "attn.hook_result", "hook_attn_out", "mlp.hook_post", "hook_mlp_out")]
    arrays = {}
    for name in hooks:
        x = cache[name][0]
        arrays[name] = (x.transpose(0, 1) if name.split("hook_")[1] in ("q", "k", "v", "z", "result") else x).numpy()
    for name in (f"blocks.{L}.ln1.hook_out", f"blocks.{L}.ln2.hook_out"):
        arrays[name] = cache[name][0].numpy()
    arrays["logits"] = logits[0, -1].numpy()
    says = lambda x: x[0, -1, a] - x[0, -1, b]
    base = says(model(corrupt))
    metric = lambda x: (says(x) - base) / (says(logits) - base)
    arrays["get_act_patch_resid_pre"] = patching.get_act_patch_resid_pre(model, corrupt, cache, metric).numpy()
    arrays["get_act_patch_attn_out"] = patching.get_act_patch_attn_out(model, corrupt, cache, metric).numpy()
    arrays["get_act_patch_mlp_out"] = patching.get_act_patch_mlp_out(model, corrupt, cache, metric).numpy()
    arrays["get_act_patch_attn_head_out_all_pos"] = patching.get_act_patch_attn_head_out_all_pos(model, corrupt, cache, metric).numpy()
    arrays["get_act_patch_attn_head_q_all_pos"] = patching.get_act_patch_attn_head_q_all_pos(model, corrupt, cache, metric).numpy()
    arrays["get_act_patch_attn_head_v_all_pos"] = patching.get_act_patch_attn_head_v_all_pos(model, corrupt, cache, metric).numpy()
    arrays["get_act_patch_attn_head_pattern_all_pos"] = patching.get_act_patch_attn_head_pattern_all_pos(model, corrupt, cache, metric).numpy()
np.savez_compressed(out / "transformerlens.npz", **{name: x.astype(np.float32) for name, x in arrays.items()})
about = {"command": "tools/goldens/make_transformerlens.py", "versions": {"transformer_lens": version("transformer_lens"), "torch": torch.__version__},
         "clean": clean[0].tolist(), "corrupt": corrupt[0].tolist(), "a": a, "b": b, "block": L}
(out / "transformerlens.json").write_text(json.dumps(about) + "\n")
