#!/usr/bin/python3
"""Reference values for optimizers, loss, clipping and schedules from PyTorch
(Debian: python3-torch). Writes training.json next to this file.
Run: /usr/bin/python3 make_training.py
"""
import json, os
import torch

torch.manual_seed(20201214)
one_line = lambda t: [float(v) for v in t.detach().reshape(-1)]

START, STEPS = torch.randn(7), 4
GRADIENTS = [torch.randn(7) for _ in range(STEPS)]
out = {"start": one_line(START), "gradients": [one_line(g) for g in GRADIENTS]}


def optimize(make):
    p = torch.nn.Parameter(START.clone())
    o, path = make([p]), []
    for g in GRADIENTS:
        p.grad = g.clone()
        o.step()
        path.append(one_line(p))
    return path


out["optimizers"] = {
    "sgd": optimize(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01)),
    "nesterov": optimize(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True)),
    "adam": optimize(lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.01)),
    "adamw": optimize(lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.01)),
}

a, b = torch.nn.Parameter(torch.zeros(7)), torch.nn.Parameter(torch.zeros(7))
out["clipping"] = []
for limit in (0.5, 100.0):
    a.grad, b.grad = GRADIENTS[0].clone(), GRADIENTS[1].clone()
    norm = torch.nn.utils.clip_grad_norm_([a, b], limit)
    out["clipping"].append({"limit": limit, "norm": float(norm), "gradients": [one_line(a.grad), one_line(b.grad)]})

logits = torch.randn(5, 3) * 2
labels = torch.tensor([0, 2, 1, 1, 0])
out["logits"], out["labels"], out["losses"] = one_line(logits), labels.tolist(), []
for weights in (None, [0.5, 2.0, 1.25]):
    for smoothing in (0.0, 0.1):
        x = torch.nn.Parameter(logits.clone())
        w = None if weights is None else torch.tensor(weights)
        loss = torch.nn.functional.cross_entropy(x, labels, weight=w, label_smoothing=smoothing)
        loss.backward()
        out["losses"].append({"weights": weights, "smoothing": smoothing, "loss": float(loss), "gradient": one_line(x.grad)})


def schedule(make, steps):
    o = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1, momentum=0.9)
    s, rates = make(o), []
    for _ in range(steps):
        rates.append(o.param_groups[0]["lr"])
        o.step()
        s.step()
    return rates


# Five epochs of four steps.
lr = torch.optim.lr_scheduler
out["schedules"] = {
    "constant": schedule(lambda o: lr.LambdaLR(o, lambda step: 1), 20),
    "step": schedule(lambda o: lr.StepLR(o, 8, 0.1), 20),  # every two epochs
    "cosine": schedule(lambda o: lr.CosineAnnealingLR(o, 20), 20),
    "one-cycle": schedule(lambda o: lr.OneCycleLR(o, 0.1, total_steps=20), 20),
}

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "training.json"), "w") as f:
    json.dump(out, f, indent=1)
    f.write("\n")
