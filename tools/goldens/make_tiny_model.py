#!/usr/bin/env python3
"""Writes a tiny model of a family as a repository on the hub has it, with seeded random weights, for Tests/Fixtures/families.

    tools/goldens/make_tiny_model.py starcoder2 Tests/Fixtures/families/starcoder2 [--seed 1] [--as CLASS] [--torch] [--old-names] [KEY=JSON ...]

Keys of config.json are set by KEY=JSON (use_bias=false). The sizes below are taken where the family has such a key; they differ from each
other, so that an exchanged axis shows: 3 blocks, width 24, 4 heads of width 6, 2 key/value heads, inner width 40, 64 positions, 460 words.
A good tiny model has everything that the family can have: biases, a window below 30 tokens, fewer key/value heads than heads, an epsilon that
shows (the norms' 0.002). Every weight is random, norms and biases too: what is 1 or 0 tests nothing. There is no tokenizer: texts are ids.

--as names the class of transformers, for a model that is none of causal language (BertForPreTraining). --old-names calls gains and biases
of norms gamma and beta, as the files of the first BERT do.

--torch writes pytorch_model.bin in place of model.safetensors, as torch.save does; every second matrix is stored transposed, and tied ones share their
storage, as in files that people have.

Needs torch and transformers. make_family_goldens.py then writes what transformers computes.
"""
import argparse
import json
import os
import pathlib

import safetensors.torch
import torch
import transformers

SIZES = {
    "hidden_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 40,
    "max_position_embeddings": 64, "vocab_size": 460,
}
EPSILONS = ("rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model_type")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--torch", action="store_true")
    parser.add_argument("--as", dest="kind")
    parser.add_argument("--old-names", action="store_true")
    parser.add_argument("keys", nargs="*", metavar="KEY=JSON")
    options = parser.parse_intermixed_args()

    known = transformers.AutoConfig.for_model(options.model_type)
    settings = {key: value for key, value in SIZES.items() if hasattr(known, key)}
    settings |= {key: 0.002 for key in EPSILONS if hasattr(known, key)}
    settings |= {key: min(value, 400) for key in ("bos_token_id", "eos_token_id", "pad_token_id") if isinstance(value := getattr(known, key, None), int)}
    settings |= {key: json.loads(value) for key, value in (pair.split("=", 1) for pair in options.keys)}
    for key in settings:
        if not hasattr(known, key):
            parser.error(f"config.json of {options.model_type} has no key {key}")
    config = transformers.AutoConfig.for_model(options.model_type, **settings)
    model = getattr(transformers, options.kind)(config) if options.kind else transformers.AutoModelForCausalLM.from_config(config)

    generator = torch.Generator().manual_seed(options.seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            # Gains around 1, biases small, matrices so that the states neither vanish nor grow.
            if weight.dim() == 1:
                weight.copy_(1 + 0.2 * noise if ("norm" in name.lower() or "ln" in name) and name.endswith("weight") else 0.1 * noise)
            else:
                weight.copy_(noise / weight.shape[-1] ** 0.5)
    model.save_pretrained(options.folder)
    if options.old_names:
        path = options.folder / "model.safetensors"
        tensors = safetensors.torch.load_file(path)
        old = {name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): t for name, t in tensors.items()}
        safetensors.torch.save_file(old, path, metadata={"format": "pt"})
    if options.torch:
        (options.folder / "model.safetensors").unlink()
        views = {}  # By address, so that tied matrices stay tied.
        for number, weight in enumerate(model.state_dict().values()):
            transposed = weight.dim() == 2 and number % 2 == 1
            views.setdefault(weight.data_ptr(), weight.t().contiguous().t() if transposed else weight.clone())
        torch.save({name: views[weight.data_ptr()] for name, weight in model.state_dict().items()}, options.folder / "pytorch_model.bin")
    (options.folder / "generation_config.json").unlink(missing_ok=True)
    for file in options.folder.iterdir():
        os.chmod(file, 0o644)
    print(f"{options.folder}: {sum(weight.numel() for weight in model.parameters())} parameters")


if __name__ == "__main__":
    main()
