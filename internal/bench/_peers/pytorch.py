"""PyTorch and the BLAS of numpy, measured when asked: python3 pytorch.py FOLDER THREADS.

One JSON object a line on standard input, one answer a line. FOLDER holds the
network's weights and inputs as network.go writes them.
"""
import json
import os
import re
import sys
import time

import numpy as np
import torch
from torch import nn

folder, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
torch.set_num_interop_threads(1)


class AlexNet(nn.Module):
    """The network, with torchvision's parameter names."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3),
            nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3))
        self.classifier = nn.Sequential(
            nn.Dropout(0.5), nn.Linear(1024, 4096), nn.ReLU(inplace=True),
            nn.Dropout(0.5), nn.Linear(4096, 4096), nn.ReLU(inplace=True),
            nn.Linear(4096, 2))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def network():
    values = np.fromfile(os.path.join(folder, "weights.bin"), "<f4")
    state, at = {}, 0
    for tensor in json.load(open(os.path.join(folder, "weights.json"))):
        n = int(np.prod(tensor["shape"]))
        state[tensor["name"]] = torch.from_numpy(values[at:at + n].reshape(tensor["shape"]).copy())
        at += n
    model = AlexNet()
    model.load_state_dict(state)
    return model


def logits():
    planes = np.fromfile(os.path.join(folder, "inputs.bin"), "<f4").reshape(-1, 1, 300, 300)
    with torch.inference_mode():
        return network().eval()(torch.from_numpy(np.repeat(planes, 3, 1))).flatten().tolist()


class Training:
    """Steps of SGD with momentum, tuned as PyTorch's guide says: channels last."""

    def __init__(self):
        self.model = network().train().to(memory_format=torch.channels_last)
        self.loss = nn.CrossEntropyLoss()
        self.sgd = torch.optim.SGD(self.model.parameters(), lr=1e-4, momentum=0.9)
        self.batches = {}

    def batch(self, n):
        if n not in self.batches:
            x = torch.randn(n, 3, 300, 300).contiguous(memory_format=torch.channels_last)
            self.batches[n] = x, torch.randint(0, 2, (n,))
        return self.batches[n]

    def step(self, n):
        x, y = self.batch(n)
        start = time.perf_counter()
        self.sgd.zero_grad(set_to_none=True)
        self.loss(self.model(x), y).backward()
        self.sgd.step()
        return time.perf_counter() - start


def gemm(m, n, k, transB):
    """GFLOP/s of C = A·B, or A·Bᵀ, measured as the command gemm does."""
    a = np.random.rand(m, k).astype("f4")
    b = np.random.rand(n, k).astype("f4").T if transB else np.random.rand(k, n).astype("f4")
    c = np.empty((m, n), "f4")
    speeds = []
    for i in range(6):
        count, start = 0, time.perf_counter()
        while count == 0 or time.perf_counter() - start < 0.01:
            np.dot(a, b, out=c)
            count += 1
        speeds.append(2e-9 * m * n * k * count / (time.perf_counter() - start))
    return sorted(speeds[1:])[2]


def blas():
    found = re.search(r"lib(openblas|blas|blis|mkl_rt|atlas)[^/\s]*$", open("/proc/self/maps").read(), re.M)
    return found.group(1) if found else "unknown"


training = None
for line in sys.stdin:
    request = json.loads(line)
    task, answer = request.pop("do"), {}
    if task == "version":
        answer = {"torch": torch.__version__, "numpy": np.__version__, "blas": blas()}
    elif task == "logits":
        answer = {"logits": logits()}
    elif task == "gemm":
        answer = {"gflops": gemm(**request)}
    elif task == "train":
        training = training or Training()
        seconds = [training.step(request["batch"]) for _ in range(request["warm"] + request["steps"])]
        answer = {"seconds": seconds[request["warm"]:]}
    print(json.dumps(answer), flush=True)
