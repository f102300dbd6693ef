#!/usr/bin/env python3
"""What PyTorch does on this machine's GPU beside Assay: FPN-ResNet-50, and the scores of a network's logits.

    python3 bench/peers/gpu_torch.py [--seconds S] [--device cuda] [--scale 1.0]

Networks in channels_last with autocast to bf16, eager and with torch.compile; medians after warm-up, inputs on the device. Prints one
line of JSON a measurement; one that fails says so on stderr and costs no other. Needs torch and numpy. Exit code 4: no torch, or none that sees a
GPU; 1: a measurement failed. `assay gpu-check` starts it.
"""
import argparse
import json
import statistics
import sys
import time

try:
    import torch
    from fpn_vs_torch import Fpn, batch, sgd, train_step
except ImportError as error:
    print(f"no PyTorch for this python3: {error}", file=sys.stderr)
    sys.exit(4)

CLASSES = 19
REPEATS = 10


class Clock:
    def __init__(self, device, seconds):
        self.device, self.end = device, time.monotonic() + seconds

    def wait(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def left(self):
        return self.end - time.monotonic()

    def median_ms(self, call):
        for _ in range(3):
            call()
        times = []
        while len(times) < REPEATS and (len(times) < 3 or self.left() > 0):
            self.wait()
            start = time.perf_counter()
            call()
            self.wait()
            times.append((time.perf_counter() - start) * 1e3)
        return statistics.median(times)


def report(name, **values):
    print(json.dumps({"name": name, "values": {unit.replace("_per_s", "/s"): v for unit, v in values.items()}}), flush=True)


def compiled_or_not(call, compiled):
    # Every shape is compiled for itself: a second one would else be compiled for shapes that vary.
    torch._dynamo.reset()
    return torch.compile(call, dynamic=False) if compiled else call


def network(clock, training, n, h, w, compiled):
    model = Fpn("RESNET50", CLASSES).to(clock.device, memory_format=torch.channels_last)
    model.train(training)
    x, labels = batch(n, h, w, CLASSES)
    images = torch.from_numpy(x).permute(0, 3, 1, 2).to(clock.device, memory_format=torch.channels_last)
    target = torch.from_numpy(labels).long().to(clock.device)
    optimiser = sgd(model)
    forward = compiled_or_not(model, compiled)

    def step():
        with torch.autocast(clock.device, dtype=torch.bfloat16):
            if training:
                train_step(forward, optimiser, images, target)
            else:
                with torch.inference_mode():
                    forward(images)

    ms = clock.median_ms(step)
    how = f"{'training' if training else 'inference'} {n}x{h}x{w} bf16 {'compiled' if compiled else 'eager'}"
    report(f"FPN-ResNet-50 {how}", ms=ms, images_per_s=n * 1e3 / ms)


def signals(logits):
    """What pixel_signals computes."""
    log_p = torch.log_softmax(logits, 1)
    p = log_p.exp()
    top = p.topk(2, 1).values
    return -(p * log_p).sum(1), p.argmax(1).to(torch.uint8), top[:, 0], top[:, 0] - top[:, 1]


def scores(clock, h, w, compiled):
    logits = torch.randn(1, CLASSES, h, w, device=clock.device)
    call = compiled_or_not(signals, compiled)
    with torch.inference_mode():
        ms = clock.median_ms(lambda: call(logits))
    moved = logits.numel() * 4 + h * w * 13
    report(f"pixel_signals {CLASSES}x{h}x{w} {'compiled' if compiled else 'eager'}", ms=ms, **{"GB_per_s": moved / ms * 1e-6})


def attempt(what, measure):
    try:
        measure()
        return True
    except Exception as error:
        print(f"{what}: {error}", file=sys.stderr)
        return False


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seconds", type=float, default=150)
    p.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    p.add_argument("--scale", type=float, default=1.0, help="of the images' sides; for trying the script out")
    args = p.parse_args()
    if args.device == "cuda" and not torch.cuda.is_available():
        print(f"PyTorch {torch.__version__} sees no GPU", file=sys.stderr)
        return 4
    torch.backends.cudnn.benchmark = True
    clock = Clock(args.device, args.seconds)
    side = lambda pixels: max(64, int(pixels * args.scale) // 32 * 32)
    good = True
    for compiled in (False, True):
        good &= attempt("pixel_signals", lambda: scores(clock, side(1024), side(2048), compiled))
        for training in (True, False):
            for n, h, w in ((32, 224, 224), (1 if not training else 2, 1024, 2048)):
                what = f"{'training' if training else 'inference'} {n}x{h}x{w} {'compiled' if compiled else 'eager'}"
                if clock.left() > 0:
                    n = max(min(n, 2), int(n * args.scale))
                    good &= attempt(what, lambda: network(clock, training, n, side(h), side(w), compiled))
                else:
                    print(f"no time left for {what}", file=sys.stderr)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
