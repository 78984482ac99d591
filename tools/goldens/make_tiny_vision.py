#!/usr/bin/env python3
"""Tiny models of images as repositories on the hub have them, with seeded random weights, and what transformers and timm compute of two pictures.

    tools/goldens/make_tiny_vision.py Tests/Fixtures/vision

Images are not square, so that an exchanged axis shows. A folder has the model, golden.npz (float32 of a run in double) and golden.json: for photo.png and rgb8.png
of Tests/Fixtures/images, or for pixels where a model reads no photos, `pixels`, `logits`, `resid.L`, and where they are, `pattern.L` and `pooled`. Pixels are made here with Pillow and
numpy, and for timm's models by timm's own transform. Needs torch, transformers, timm, safetensors, numpy, Pillow.
"""
import json
import math
import os
import pathlib
import platform
import sys

import numpy as np
import timm
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file

root = pathlib.Path(sys.argv[1])
pictures = [pathlib.Path(__file__).parents[2] / "Tests/Fixtures/images" / name for name in ("photo.png", "rgb8.png")]
VERSIONS = {"python": platform.python_version(), "torch": torch.__version__, "transformers": transformers.__version__, "timm": timm.__version__}


def randomise(model, seed):
    """Every weight random: what is 1 or 0 tests nothing."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if weight.dim() == 1:
                weight.copy_(1 + 0.2 * noise if "norm" in name and name.endswith("weight") else 0.1 * noise)
            elif weight.dim() == 3:  # the row in front, positions
                weight.copy_(0.5 * noise)
            else:
                weight.copy_(noise / math.prod(weight.shape[1:]) ** 0.5)
    return model.eval()


def write(name, config, model, arrays, seed, **files):
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(model, transformers.PreTrainedModel):
        model.float().save_pretrained(folder)  # Under the names that files have, which are others in memory.
    else:
        save_file({key: value.float().contiguous() for key, value in model.state_dict().items()}, folder / "model.safetensors", metadata={"format": "pt"})
    for file, content in {"config.json": config, **{f"{key}.json": value for key, value in files.items()}}.items():
        (folder / file).write_text(json.dumps(content, indent=1) + "\n")
    np.savez_compressed(folder / "golden.npz", **{key: value.astype(np.float32) for key, value in arrays.items()})
    largest = {}
    for key, value in arrays.items():
        kind = key.split(".")[1]
        largest[kind] = max(largest.get(kind, 0.0), float(np.abs(value).max()))
    about = {"command": "tools/goldens/make_tiny_vision.py", "versions": VERSIONS, "seed": seed, "max_abs": largest}
    (folder / "golden.json").write_text(json.dumps(about, indent=1) + "\n")
    for file in folder.iterdir():
        os.chmod(file, 0o644)
    print(name, sum(weight.numel() for weight in model.parameters()), "parameters")


def numpy(tensor):
    return tensor.detach().double().numpy()


# MARK: transformers

def of_transformers(name, kind, config, processor, seed):
    model = randomise(kind(config), seed).double()
    model.set_attn_implementation("eager")
    arrays = {}
    for case, path in enumerate(pictures):
        if processor:
            size = processor["size"]
            width, height = (size["width"], size["height"]) if isinstance(size, dict) else (size, size)
            image = Image.open(path).convert("RGB").resize((width, height), processor.get("resample", 2))
            levels = np.asarray(image).astype(np.float64).transpose(2, 0, 1)
            mean, deviation = (np.array(processor.get(key, [0.5] * 3)).reshape(3, 1, 1) for key in ("image_mean", "image_std"))
            pixels = (levels * processor.get("rescale_factor", 1 / 255) - mean) / deviation
            # transformers' own resizing, by torch, is one level off here and there.
            own = transformers.ViTImageProcessor(**processor)(Image.open(path).convert("RGB"), return_tensors="np")["pixel_values"][0]
            off = np.abs(own - pixels).max() * deviation.max() * 255
            assert off < 4.5, off
        else:
            pixels = np.random.default_rng(seed + case).normal(size=(config.num_channels, *config.image_size))
        end = {}
        inner = getattr(model, "vit", model)
        layers = [module for module in model.modules() if type(module).__name__ == "ViTLayer"]
        layers[-1].register_forward_hook(lambda module, given, out: end.update(state=out[0] if isinstance(out, tuple) else out))
        out = model(torch.from_numpy(pixels)[None], output_hidden_states=True, output_attentions=True)
        states = [*out.hidden_states[:config.num_hidden_layers], end["state"].reshape(1, -1, config.hidden_size)]
        arrays[f"{case}.pixels"] = pixels
        for layer, state in enumerate(states):
            arrays[f"{case}.resid.{layer}"] = numpy(state[0])
        for layer, pattern in enumerate(out.attentions):
            arrays[f"{case}.pattern.{layer}"] = numpy(pattern[0])
        if hasattr(out, "logits"):
            arrays[f"{case}.logits"] = numpy(out.logits[0])
        else:
            arrays[f"{case}.pooled"] = numpy(out.pooler_output[0])
    saved = json.loads(config.to_json_string(use_diff=False))
    kept = [key for key in saved if hasattr(transformers.ViTConfig(), key) and not hasattr(transformers.PreTrainedConfig(), key)]
    saved = {"architectures": [kind.__name__], "model_type": "vit"} | {key: saved[key] for key in kept} | ({"id2label": saved["id2label"]} if config.num_labels != 2 else {})
    write(name, saved, model, arrays, seed, **({"preprocessor_config": processor} if processor else {}))


SIZES = dict(hidden_size=18, num_attention_heads=3, num_hidden_layers=2, intermediate_size=22, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
of_transformers(
    "vit", transformers.ViTForImageClassification,
    transformers.ViTConfig(image_size=[16, 24], patch_size=8, layer_norm_eps=2e-3, id2label={0: "tabby cat", 1: "Irish wolfhound", 2: "tench", 3: "crane", 4: "crane"}, **SIZES),
    dict(image_processor_type="ViTImageProcessor", do_resize=True, size=dict(height=16, width=24), resample=3, do_rescale=True, rescale_factor=1 / 255, do_normalize=True,
         image_mean=[0.48, 0.45, 0.4], image_std=[0.23, 0.22, 0.26]), seed=1)
# As the first files have it: a number for the size, no rescaling, no factor.
of_transformers(
    "vit_no_head", transformers.ViTModel,
    transformers.ViTConfig(image_size=[12, 12], patch_size=[6, 4], layer_norm_eps=1e-3, qkv_bias=False, hidden_act="gelu_new", **SIZES),
    dict(size=12, resample=2, do_resize=True, do_normalize=True), seed=2)
of_transformers(
    "vit_one_channel", transformers.ViTForImageClassification,
    transformers.ViTConfig(image_size=[8, 12], patch_size=4, num_channels=1, num_labels=3, layer_norm_eps=1e-3, **SIZES), None, seed=3)


# MARK: timm

def of_timm(name, architecture, model, args, settings, seed, pool, **more):
    model = randomise(model, seed).double()
    transform = timm.data.create_transform(**timm.data.resolve_data_config(pretrained_cfg=settings))
    arrays = {}
    for case, path in enumerate(pictures):
        pixels = transform(Image.open(path).convert("RGB")).double()
        arrays[f"{case}.pixels"] = numpy(pixels)
        states, patterns = [], []
        hooks = [block.register_forward_pre_hook(lambda module, given: states.append(given[0])) for block in model.blocks]
        hooks.append(model.blocks[-1].register_forward_hook(lambda module, given, out: states.append(out)))
        for block in model.blocks:
            if hasattr(block, "attn"):
                block.attn.fused_attn = False
                hooks.append(block.attn.attn_drop.register_forward_hook(lambda module, given, out: patterns.append(out)))
        arrays[f"{case}.logits"] = numpy(model(pixels[None])[0])
        for layer, state in enumerate(states):
            arrays[f"{case}.resid.{layer}"] = numpy(state[0])
        for layer, pattern in enumerate(patterns):
            arrays[f"{case}.pattern.{layer}"] = numpy(pattern[0])
        for hook in hooks:
            hook.remove()
    config = dict(architecture=architecture, num_classes=model.num_classes, num_features=model.num_features, global_pool=pool, model_args=args, pretrained_cfg=settings, **more)
    write(name, config, model, arrays, seed)


args = dict(img_size=24, patch_size=6, embed_dim=18, depth=2, num_heads=3, mlp_ratio=1.5)
of_timm("timm_vit", "vit_small_patch16_224", timm.models.vision_transformer.VisionTransformer(num_classes=4, **args), args,
        dict(tag="tiny", custom_load=False, input_size=[3, 24, 24], fixed_input_size=True, interpolation="bilinear", crop_pct=0.9, crop_mode="center",
             mean=[0.5, 0.4, 0.45], std=[0.25, 0.3, 0.2], num_classes=4, pool_size=None, first_conv="patch_embed.proj", classifier="head"), seed=4, pool="token",
        label_names=["n1", "n2", "n3", "n4"], label_descriptions={"n1": "goldfish", "n3": "hen, of any kind"})
args = dict(img_size=[16, 24], patch_size=8, embed_dim=20, num_blocks=2, mlp_ratio=[0.7, 1.5])
of_timm("mixer", "mixer_b16_224", timm.models.mlp_mixer.MlpMixer(num_classes=5, **args), args,
        dict(tag="tiny", custom_load=False, input_size=[3, 16, 24], fixed_input_size=True, interpolation="bicubic", crop_pct=0.8, crop_mode="squash",
             mean=[0.5, 0.5, 0.5], std=[0.5, 0.5, 0.5], num_classes=5, pool_size=None, first_conv="stem.proj", classifier="head"), seed=5, pool="avg")
