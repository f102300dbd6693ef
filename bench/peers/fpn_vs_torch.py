#!/usr/bin/env python3
"""The feature pyramid network of dev.assay.model.Fpn in PyTorch: same values, same speed?

Builds the network, exports its weights in the checkpoint format of FpnSegmenter, takes one SGD step on a given batch
and writes what a comparison needs; then times training steps and forward passes. The Java side is
dev.assay.model.FpnPeer (java/assay-learn, test sources), which this script starts:

    python3 bench/peers/fpn_vs_torch.py --classpath CLASSPATH [--backbone RESNET18] [--check] [--time]

CLASSPATH holds assay-learn's classes and test classes and their dependencies. Needs torch and numpy, nothing else.
"""
import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

BLOCKS = {"RESNET18": ([2, 2, 2, 2], False), "RESNET34": ([3, 4, 6, 3], False), "RESNET50": ([3, 4, 6, 3], True)}
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = 0.05, 0.9, 1e-4


class Block(nn.Module):
    def __init__(self, inputs, planes, stride, bottleneck):
        super().__init__()
        outputs = planes * (4 if bottleneck else 1)
        shapes = [(1, 1), (3, stride), (1, 1)] if bottleneck else [(3, stride), (3, 1)]
        channels = [inputs, planes, planes, outputs] if bottleneck else [inputs, planes, outputs]
        self.steps = len(shapes)
        for i, (kernel, step) in enumerate(shapes):
            conv = nn.Conv2d(channels[i], channels[i + 1], kernel, step, kernel // 2, bias=False)
            setattr(self, f"conv{i + 1}", conv)
            setattr(self, f"bn{i + 1}", nn.BatchNorm2d(channels[i + 1]))
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = x
        for i in range(1, self.steps + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            if i < self.steps:
                y = F.relu(y, inplace=True)
        return F.relu(y + (x if self.downsample is None else self.downsample(x)), inplace=True)


class Fpn(nn.Module):
    """Pyramid with 1x1 laterals and bilinear top-down sums; branch of panoptic FPN; no dropout (compared without)."""

    def __init__(self, backbone, classes, pyramid=256, head=128):
        super().__init__()
        blocks, bottleneck = BLOCKS[backbone]
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        channels, outputs = 64, []
        for level in range(1, 5):
            planes, layers = 32 << level, []
            for i in range(blocks[level - 1]):
                layers.append(Block(channels, planes, 2 if i == 0 and level > 1 else 1, bottleneck))
                channels = planes * (4 if bottleneck else 1)
            setattr(self, f"layer{level}", nn.Sequential(*layers))
            outputs.append(channels)
        self.fpn = nn.ModuleDict({f"lateral{l}": nn.Conv2d(outputs[l - 1], pyramid, 1) for l in range(1, 5)})
        self.head = nn.ModuleDict({"classifier": nn.Conv2d(head, classes, 1)})
        for level in range(1, 5):
            steps = nn.ModuleList()
            for step in range(max(1, level - 1)):
                conv = nn.Conv2d(pyramid if step == 0 else head, head, 3, 1, 1, bias=False)
                steps.append(nn.ModuleDict({"conv": conv, "bn": nn.BatchNorm2d(head)}))
            self.head[f"level{level}"] = steps

    def forward(self, x):
        size = x.shape[2:]
        y = F.max_pool2d(F.relu(self.bn1(self.conv1(x)), inplace=True), 3, 2, 1)
        levels = []
        for level in range(1, 5):
            y = getattr(self, f"layer{level}")(y)
            levels.append(y)
        pyramid = total = None
        for level in range(4, 0, -1):
            lateral = self.fpn[f"lateral{level}"](levels[level - 1])
            pyramid = lateral if pyramid is None else lateral + up(pyramid, lateral.shape[2:])
            y = pyramid
            for i, step in enumerate(self.head[f"level{level}"]):
                y = F.relu(step["bn"](step["conv"](y)), inplace=True)
                if level > 1:
                    y = up(y, levels[level - 2 - i].shape[2:])
            total = y if total is None else total + y
        return up(self.head["classifier"](total), size)


def up(x, size):
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


def initialise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, p in model.named_parameters():
        if p.dim() == 4:
            p.data.normal_(0, (2.0 / (p.shape[1] * p.shape[2] * p.shape[3])) ** 0.5, generator=generator)
        elif name.endswith("weight"):
            p.data.uniform_(0.5, 1.5, generator=generator)
        else:
            p.data.normal_(0, 0.1, generator=generator)


def write_safetensors(path, arrays, notes):
    header, offset = {"__metadata__": notes}, 0
    for name, a in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(a.shape), "data_offsets": [offset, offset + a.nbytes]}
        offset += a.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for a in arrays.values():
            f.write(np.ascontiguousarray(a).tobytes())


def read_safetensors(path):
    with open(path, "rb") as f:
        data = f.read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    base = 8 + length
    return {
        name: np.frombuffer(data[base + e["data_offsets"][0]:base + e["data_offsets"][1]], "<f4").reshape(e["shape"])
        for name, e in header.items() if name != "__metadata__"}


def checkpoint(model, backbone, classes):
    arrays = {n: t.detach().numpy().copy() for n, t in model.state_dict().items() if t.dtype == torch.float32}
    for n, p in model.named_parameters():
        arrays["optimiser.velocity/" + n] = np.zeros(p.shape, np.float32)
    network = f"fpn backbone={backbone} width=1.0 pyramid=256 head=128 classes={classes}"
    return arrays, {"format": "assay-segmenter-1", "network": network, "seed": "0", "steps": "0"}


def java(args, *rest):
    command = ["java", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Dorg.bytedeco.javacpp.maxBytes=0",
               "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-cp", args.classpath, "dev.assay.model.FpnPeer", *map(str, rest)]
    env = dict(os.environ, OMP_NUM_THREADS=str(args.threads))
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def batch(n, h, w, classes):
    rng = np.random.default_rng(1)
    x = rng.standard_normal((n, h, w, 3), dtype=np.float32)
    labels = rng.integers(0, classes, (n, h, w)).astype(np.uint8)
    labels[rng.random((n, h, w)) < 0.2] = 255
    return x, labels


def train_step(model, optimiser, x, labels):
    optimiser.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(x), labels, ignore_index=255)
    loss.backward()
    optimiser.step()
    return loss


def sgd(model):
    return torch.optim.SGD(model.parameters(), LEARNING_RATE, MOMENTUM, weight_decay=WEIGHT_DECAY)


def relative(a, b):
    return float(np.abs(a - b).max() / max(1e-12, np.abs(b).max()))


def check(args):
    """Largest relative differences of logits, loss and everything one SGD step changes; torch runs in double too."""
    n, h, w, classes = args.batch, args.check_height, args.check_width, args.classes
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        torch.manual_seed(0)
        model = Fpn(args.backbone, classes)
        initialise(model, 7)
        x, labels = batch(n, h, w, classes)
        images = torch.from_numpy(x).permute(0, 3, 1, 2)
        target = torch.from_numpy(labels).long()
        with torch.no_grad():
            model.train()
            model(images)  # running statistics that are not the initial ones
        arrays, notes = checkpoint(model, args.backbone, classes)
        write_safetensors(path("before.safetensors"), arrays, notes)
        x.tofile(path("images.f4"))
        labels.tofile(path("labels.u1"))
        reference = Fpn(args.backbone, classes).double()
        reference.load_state_dict(model.state_dict())
        result = {}
        for name, net, im in (("torch_f32", model, images), ("torch_f64", reference, images.double())):
            net.eval()
            with torch.no_grad():
                logits = net(im).permute(0, 2, 3, 1).numpy()
            net.train()
            loss = train_step(net, sgd(net), im, target).item()
            result[name] = (logits, loss, {k: t.detach().numpy() for k, t in net.state_dict().items()})
        out = java(args, "check", args.backbone, classes, n, h, w, folder, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY)
        ours = np.fromfile(path("logits.f4"), "<f4").reshape(n, h, w, classes)
        after = read_safetensors(path("after.safetensors"))
        logits, loss, state = result["torch_f64"]
        before = arrays
        step = lambda s: np.concatenate(
            [(s[k] - before[k]).ravel() for k, _ in model.named_parameters()])
        print(f"# {args.backbone} batch {n} {w}x{h}: largest relative difference to torch in double")
        print(f"logits          assay {relative(ours, logits):.2e}   torch f32 {relative(result['torch_f32'][0], logits):.2e}")
        print(f"loss            assay {abs(out['loss'] - loss) / loss:.2e}   torch f32 {abs(result['torch_f32'][1] - loss) / loss:.2e}")
        reference_step = step(state)
        scale = np.linalg.norm(reference_step)
        print(f"step |d - d64|/|d64| assay {np.linalg.norm(step(after) - reference_step) / scale:.2e}   "
              f"torch f32 {np.linalg.norm(step(result['torch_f32'][2]) - reference_step) / scale:.2e}")
        worst = max(((relative(after[k], state[k]), k) for k in state if "running_" in k))
        print(f"running statistics assay {worst[0]:.2e} ({worst[1]})")


def timed(function, repeats):
    for _ in range(3):
        function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def torch_times(args, backbone, training, n, h, w, channels_last):
    model = Fpn(backbone, args.classes)
    x, labels = batch(n, h, w, args.classes)
    images, target = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(labels).long()
    if channels_last:
        model, images = model.to(memory_format=torch.channels_last), images.contiguous(memory_format=torch.channels_last)
    if training:
        optimiser = sgd(model)
        return timed(lambda: train_step(model, optimiser, images, target), args.repeat)
    model.eval()
    with torch.inference_mode():
        return timed(lambda: model(images), args.repeat)


def time_both(args):
    """Alternates the two sides, several rounds, so that both see the same machine."""
    cases = [("RESNET18", True, 8, 224, 224), ("RESNET50", False, 1, 360, 480)]
    for backbone, training, n, h, w in cases:
        sides = {"torch": [], "torch channels_last": [], "assay": []}
        for _ in range(args.rounds):
            sides["torch"] += torch_times(args, backbone, training, n, h, w, False)
            sides["torch channels_last"] += torch_times(args, backbone, training, n, h, w, True)
            sides["assay"] += java(
                args, "time", backbone, args.classes, n, h, w, "train" if training else "predict", args.repeat)["ms"]
        what = "training step" if training else "forward pass"
        best = min(statistics.median(sides[k]) for k in ("torch", "torch channels_last"))
        print(f"# FPN-{backbone} {what}, {n}x{w}x{h}, fp32, {args.threads} threads, {args.rounds} rounds of {args.repeat}")
        for side, ms in sides.items():
            print(f"{side:22s} median {statistics.median(ms):8.1f} ms  min {min(ms):8.1f} ms")
        print(f"assay / better torch   {statistics.median(sides['assay']) / best:.3f}")
        sys.stdout.flush()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--classpath", required=True)
    p.add_argument("--backbone", default="RESNET18", choices=sorted(BLOCKS))
    p.add_argument("--classes", type=int, default=11)
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--check-height", type=int, default=96)
    p.add_argument("--check-width", type=int, default=128)
    p.add_argument("--threads", type=int, default=os.cpu_count())
    p.add_argument("--repeat", type=int, default=10)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--check", action="store_true")
    p.add_argument("--time", action="store_true")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    if args.check or not args.time:
        check(args)
    if args.time or not args.check:
        time_both(args)


if __name__ == "__main__":
    main()
