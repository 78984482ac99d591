#!/usr/bin/env python3
"""Writes Tests/Fixtures/types.safetensors: one small tensor of each type that safetensors knows, by PyTorch.

    tools/goldens/make_safetensors.py Tests/Fixtures/types.safetensors        (needs torch and safetensors)
"""
import sys

import torch
from safetensors.torch import save_file

x = torch.tensor([[1.5, -2.0, 0.25], [3.0, 1e-3, -7.0]])
whole = torch.tensor([0, 1, 100, 120])
save_file(
    {
        "f32": x, "f16": x.half(), "bf16": x.bfloat16(), "f64": x.double() * 1e-3, "i8": -whole.to(torch.int8), "u8": whole.to(torch.uint8),
        "i16": whole.to(torch.int16) * 200, "i32": whole.to(torch.int32) * 100000, "i64": whole * 2**40 + 1, "bool": whole > 1,
        "f8": x.to(torch.float8_e4m3fn), "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3),
    },
    sys.argv[1], metadata={"of": "types"})
