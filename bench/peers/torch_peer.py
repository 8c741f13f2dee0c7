"""The race's workloads on PyTorch's CPU build: prints one JSON line {"samples", "check"} for one case.
Usage: torch_peer.py WORKLOAD MODE BATCH THREADS LAYOUT BUDGET_MS   (LAYOUT: nchw or nhwc, which PyTorch calls channels_last)"""
import json
import os
import sys
import time

workload, mode, batch, threads, layout, budget = sys.argv[1:]
os.environ["OMP_NUM_THREADS"] = threads
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(int(threads))
SPEC = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "workloads.json")))[workload]


def uniform(seed, n):
    with np.errstate(over="ignore"):
        a = np.uint32(seed) + np.arange(1, n + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (a ^ (a >> np.uint32(15))) * (a | np.uint32(1))
        t = (t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))) ^ t
        return (t ^ (t >> np.uint32(14))).astype(np.float64) / 4294967296.0


def weights(stream, shape):
    bound = np.sqrt(6.0 / np.prod(shape[:-1]))
    return ((2 * uniform(stream, int(np.prod(shape))) - 1) * bound).astype(np.float32).reshape(shape)


def build():
    (h, w, c), stream, modules, maps = SPEC["input"], 100, [], None
    for kind, *rest in SPEC["layers"]:
        if kind == "conv":
            filters, pad = rest[0], 1 if rest[1] == "same" else 0
            m = nn.Conv2d(c, filters, 3, 1, pad)
            m.weight.data = torch.from_numpy(np.ascontiguousarray(weights(stream, (3, 3, c, filters)).transpose(3, 2, 0, 1)))
            h, w, c, stream = h + 2 * pad - 2, w + 2 * pad - 2, filters, stream + 1
        elif kind == "relu":
            m = nn.ReLU()
        elif kind == "pool":
            m, h, w = nn.MaxPool2d(2), h // 2, w // 2
        elif kind == "flatten":
            m, maps, c = nn.Flatten(), (h, w, c), h * w * c
        else:
            units = rest[0]
            m, k = nn.Linear(c, units), weights(stream, (c, units))
            if maps:  # rows are in H, W, C order; PyTorch flattens C, H, W
                k, maps = k.reshape(*maps, units).transpose(2, 0, 1, 3).reshape(c, units), None
            m.weight.data = torch.from_numpy(np.ascontiguousarray(k.T))
            c, stream = units, stream + 1
        if hasattr(m, "bias"):
            m.bias.data.zero_()
        modules.append(m)
    return nn.Sequential(*modules)


n, (h, w, c) = int(batch), SPEC["input"]
x = torch.from_numpy((uniform(1, n * h * w * c) - 0.5).astype(np.float32).reshape(n, h, w, c).transpose(0, 3, 1, 2).copy())
y = torch.from_numpy(np.floor(uniform(2, n) * 10).astype(np.int64))
net = build()
if layout == "nhwc":
    net, x = net.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(net.parameters(), lr=SPEC["learningRate"], momentum=SPEC["momentum"])


def train():
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(net(x), y)
    loss.backward()
    optimizer.step()
    return loss


def infer():
    with torch.inference_mode():
        return net(x)


step = train if mode == "train" else infer
if mode == "train":
    losses = [step().item() for _ in range(5)]
    check = [losses[0], losses[4]]
else:
    check = [float(step().double().abs().sum())]
now = lambda: time.perf_counter() * 1e3
begin, samples = now(), []
while now() - begin < 300:
    step()
begin = now()
while len(samples) < 3 or now() - begin < float(budget):
    before = now()
    step()
    samples.append(now() - before)
print(json.dumps({"samples": samples, "check": check}))
