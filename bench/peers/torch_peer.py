"""PyTorch's CPU build: one job a line on standard input, one JSON answer a line on standard output. Usage: torch_peer.py THREADS
A job names workload, mode, batch, layout (nchw or nhwc, which PyTorch calls channels_last) and budget in milliseconds."""
import json
import os
import sys
import time

threads = sys.argv[1]
os.environ["OMP_NUM_THREADS"] = threads
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(int(threads))
WORKLOADS = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "workloads.json")))
# Milliseconds of warming up; the checks count.
WARM = 300


def uniform(seed, n):
    with np.errstate(over="ignore"):
        a = np.uint32(seed) + np.arange(1, n + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (a ^ (a >> np.uint32(15))) * (a | np.uint32(1))
        t = (t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))) ^ t
        return (t ^ (t >> np.uint32(14))).astype(np.float64) / 4294967296.0


def weights(stream, shape):
    bound = np.sqrt(6.0 / np.prod(shape[:-1]))
    return ((2 * uniform(stream, int(np.prod(shape))) - 1) * bound).astype(np.float32).reshape(shape)


def build(spec):
    (h, w, c), stream, modules, maps = spec["input"], 100, [], None
    for kind, *rest in spec["layers"]:
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


def prepare(job):
    """One step of training that gives the loss, or one inference that gives the logits; the weights are fresh."""
    spec, n = WORKLOADS[job["workload"]], job["batch"]
    h, w, c = spec["input"]
    pixels = (uniform(1, n * h * w * c) - 0.5).astype(np.float32).reshape(n, h, w, c)
    x = torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy())
    y = torch.from_numpy(np.floor(uniform(2, n) * 10).astype(np.int64))
    net = build(spec)
    if job["layout"] == "nhwc":
        net, x = net.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), lr=spec["learningRate"], momentum=spec["momentum"])

    def train():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        return loss

    def infer():
        with torch.inference_mode():
            return net(x)

    return train if job["mode"] == "train" else infer


def now():
    return time.perf_counter() * 1e3


def answer(job):
    step = prepare(job)
    begin = now()
    if job["mode"] == "train":
        losses = [step().item() for _ in range(5)]
        check = [losses[0], losses[4]]
    else:
        check = [float(step().double().abs().sum())]
    step()
    while now() - begin < WARM:
        step()
    start, samples = now(), []
    while len(samples) < 3 or now() - start < job["budget"]:
        before = now()
        step()
        samples.append(now() - before)
    return {"samples": samples, "check": check}


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
