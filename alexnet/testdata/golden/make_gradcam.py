#!/usr/bin/python3
"""Grad-CAM's sums before they are cut at zero, of both classes, from PyTorch.

The input and weights are those of make_golden.py, where the map of class 1 is
zero everywhere. Writes, next to this file, <variant>.gradcam.safetensors with
gradcam.0 and gradcam.1, 4x8x8 each. Run: /usr/bin/python3 make_gradcam.py
"""
import json
import struct

import numpy as np
import torch

from make_golden import HERE, AlexNet, save


def load(path):
    with open(path, "rb") as f:
        size = struct.unpack("<Q", f.read(8))[0]
        header, raw = json.loads(f.read(size)), f.read()
    return {name: torch.tensor(np.frombuffer(raw[slice(*t["data_offsets"])], np.float32).reshape(t["shape"]).copy())
            for name, t in header.items() if name != "__metadata__" and t["dtype"] == "F32"}


if __name__ == "__main__":
    for variant in "tiny", "tiny-lrn":
        net = AlexNet((8, 12, 16, 12, 8), 32, lrn=variant == "tiny-lrn", dropout=0)
        net.load_state_dict(load(f"{HERE}/{variant}.weights.safetensors"))
        x, maps = load(f"{HERE}/{variant}.expect.safetensors")["input"], {}
        for c in range(2):
            keep = {}
            net(x, keep)[:, c].sum().backward()
            weight = keep["conv5"].grad.mean((2, 3), keepdim=True)
            maps[f"gradcam.{c}"] = (weight * keep["conv5"]).sum(1)
        save(f"{HERE}/{variant}.gradcam.safetensors", maps, {})
        print(variant, {k: (float(v.min()), float(v.max())) for k, v in maps.items()})
