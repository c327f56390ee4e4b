#!/usr/bin/python3
"""Reference values for AlexNet from PyTorch (Debian: python3-torch, python3-numpy).

Writes, next to this file, one pair per variant (tiny, tiny-lrn):
  <variant>.weights.safetensors   parameters, keys as in torchvision's AlexNet state_dict
  <variant>.expect.safetensors    input, label, logits, probability, loss, gradients, Grad-CAM, three SGD steps
Run: /usr/bin/python3 make_golden.py
"""
import json, os, struct
import numpy as np
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))


def save(path, tensors, metadata):
    """A minimal safetensors writer: 8-byte header length, JSON header, raw little-endian data."""
    header, blobs, at = {"__metadata__": metadata}, [], 0
    for name, t in tensors.items():
        a = np.ascontiguousarray(t.detach().cpu().numpy())
        kind = {"float32": "F32", "int64": "I64", "uint8": "U8"}[str(a.dtype)]
        raw = a.tobytes()
        header[name] = {"dtype": kind, "shape": list(a.shape), "data_offsets": [at, at + len(raw)]}
        blobs.append(raw)
        at += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


class AlexNet(nn.Module):
    """torchvision's AlexNet with the 2020 paper's geometry: 3x300x300 in, MaxPool2d(3) with stride 3, 256x2x2 out."""

    def __init__(self, widths, hidden, classes=2, lrn=False, dropout=0.5):
        super().__init__()
        w1, w2, w3, w4, w5 = widths
        norm = lambda: nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2.0) if lrn else nn.Identity()
        self.features = nn.Sequential(
            nn.Conv2d(3, w1, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3),
            nn.Conv2d(w1, w2, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3),
            nn.Conv2d(w2, w3, 3, padding=1), nn.ReLU(),
            nn.Conv2d(w3, w4, 3, padding=1), nn.ReLU(),
            nn.Conv2d(w4, w5, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3))
        self.norms = nn.ModuleList([norm() for _ in range(5)])
        self.classifier = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(w5 * 4, hidden), nn.ReLU(),
            nn.Dropout(dropout), nn.Linear(hidden, hidden), nn.ReLU(),
            nn.Linear(hidden, classes))

    def forward(self, x, keep=None):
        relu = 0
        for layer in self.features:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                x = self.norms[relu](x)  # LRN, where used, stands between ReLU and pooling in every convolutional layer
                relu += 1
                if relu == 5 and keep is not None:
                    x.retain_grad()
                    keep["conv5"] = x
        return self.classifier(torch.flatten(x, 1))


def golden(name, lrn):
    torch.manual_seed(20201214)
    widths, hidden = (8, 12, 16, 12, 8), 32
    net = AlexNet(widths, hidden, lrn=lrn)
    with torch.no_grad():  # biases away from zero, weights large enough that every layer is alive
        for p in net.parameters():
            p.mul_(1.7).add_(0.01)
    state = {k: v.clone() for k, v in net.state_dict().items()}
    save(f"{HERE}/{name}.weights.safetensors", state,
         {"widths": ",".join(map(str, widths)), "hidden": str(hidden), "lrn": str(lrn).lower()})
    g = torch.Generator().manual_seed(7)
    x = torch.rand(4, 3, 300, 300, generator=g)
    yy, xx = torch.meshgrid(torch.arange(300.), torch.arange(300.), indexing="ij")
    for i in range(4):  # smooth structure, so that pooling and borders matter
        x[i] = 0.5 * x[i] + 0.5 * torch.sin(xx / (9 + 3 * i)) * torch.cos(yy / (14 - 2 * i))
    y = torch.tensor([1, 0, 1, 1])
    net.eval()
    keep = {}
    logits = net(x, keep)
    out = {"input": x, "label": y, "logits": logits, "probability": torch.softmax(logits, 1)}
    loss = nn.functional.cross_entropy(logits, y)
    loss.backward()
    out["loss"] = loss.reshape(1)
    for k, p in net.named_parameters():
        out["grad." + k] = p.grad.clone()
    # Grad-CAM of class 1 on the fifth convolutional layer's output, before pooling: relu(sum_c mean(dlogit/dA_c) A_c)
    net.zero_grad()
    keep = {}
    net(x, keep)[:, 1].sum().backward()
    a = keep["conv5"]
    cam = torch.relu((a.grad.mean((2, 3), keepdim=True) * a).sum(1))
    out["conv5"], out["gradcam"] = a, cam
    # three SGD steps, dropout off, on the same batch: lr 0.01, momentum 0.9, weight decay 5e-4 (coupled, PyTorch's definition)
    opt = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    losses = []
    for _ in range(3):
        opt.zero_grad()
        l = nn.functional.cross_entropy(net(x), y)
        l.backward()
        opt.step()
        losses.append(l.detach())
    out["sgd.losses"] = torch.stack(losses)
    for k, p in net.named_parameters():
        out["sgd." + k] = p
        out["sgd.grad." + k] = p.grad  # of the third step
    save(f"{HERE}/{name}.expect.safetensors", out, {"torch": torch.__version__})
    print(name, logits.tolist(), float(loss), [float(v) for v in losses])


if __name__ == "__main__":
    golden("tiny", False)
    golden("tiny-lrn", True)
