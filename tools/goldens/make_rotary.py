#!/usr/bin/env python3
"""Prints the rotary frequencies and factors that Tests/OpsTests/Models/Families/RotaryTests.swift holds. Needs transformers, torch."""
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

CASES = {
    "llama3": (dict(rope_theta=5e5, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192), 128, 131072, (28, 30, 34, 63)),
    "llama3 ": (dict(rope_theta=5e5, factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192), 64, 131072, (14, 16, 18)),
    "yarn": (dict(rope_theta=1e6, factor=4.0, original_max_position_embeddings=32768), 128, 131072, (20, 28, 34, 63)),
    "linear": (dict(rope_theta=1e4, factor=4.0), 8, 64, range(4)),
    "dynamic": (dict(rope_theta=1e4, factor=4.0), 8, 64, range(4)),
    "longrope": (dict(rope_theta=1e4, short_factor=[1, 2, 4, 8], long_factor=[2, 4, 8, 16], original_max_position_embeddings=16), 8, 64, range(4)),
}
for name, (parameters, width, positions, places) in CASES.items():
    kind = name.strip()
    config = LlamaConfig(head_dim=width, hidden_size=width, num_attention_heads=1, max_position_embeddings=positions, rope_parameters=dict(rope_type=kind, **parameters))
    frequencies, factor = ROPE_INIT_FUNCTIONS[kind](config, "cpu")
    print(kind, [f"{place}: {frequencies[place]:.6e}" for place in places], factor)
