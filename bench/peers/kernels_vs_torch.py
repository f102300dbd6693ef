#!/usr/bin/env python3
"""How fast are Assay's CPU scoring kernels next to PyTorch, eager and compiled, in one run on one machine?

Both sides compute, from fp32 logits in memory, every map (entropy, argmax, maximum probability, margin) and every region
signal (class histogram, min/avg/max entropy cells, means of entropy, margin, least confidence and class probabilities),
without and with the class mixtures of every region, which Assay takes from the same read. The runs are interleaved;
medians are printed as JSON lines, with the read floor: a plain sum over the same bytes.

Usage: python3 bench/peers/kernels_vs_torch.py LIBASSAY.SO [--threads 2] [--repeats 15] [--no-compile]
PyTorch is not a dependency of Assay. To get it: python3 -m venv venv && venv/bin/pip install torch numpy
"""
import argparse
import ctypes
import itertools
import json
import sys
import time

try:
    import numpy as np
    import torch
    import torch.nn.functional as functional
except ImportError as missing:
    sys.exit(f"kernels_vs_torch: {missing.name} is not installed: python3 -m venv venv && venv/bin/pip install torch numpy")

SHAPES = [(19, 1024, 2048, 128, 128), (11, 360, 480, 80, 90)]
CELLS = 8
EPS, LN2 = 1e-8, 0.6931471805599453


def address(tensor):
    return 0 if tensor is None else tensor.data_ptr()


def words(*values):
    """An argument struct: 64-bit words, the first its own size in bytes."""
    array = (ctypes.c_int64 * (len(values) + 1))(8 * (len(values) + 1), *values)
    return array


class Assay:
    def __init__(self, path, threads):
        self.library = ctypes.CDLL(path)
        self.library.assay_last_error.restype = ctypes.c_char_p
        self.library.assay_cpu_target.restype = ctypes.c_char_p
        self.exec = words(-1, 0, threads)

    def bind(self, logits, region_w, region_h, mixtures):
        """Returns a call without arguments and the dictionary of its outputs."""
        c, h, w = logits.shape
        corners = [(0, x, y) for y in range(0, h - region_h + 1, region_h) for x in range(0, w - region_w + 1, region_w)]
        nxy = torch.tensor(corners, dtype=torch.int32)
        n = len(corners)
        out = {
            "entropy": torch.empty(h, w), "argmax": torch.empty(h, w, dtype=torch.uint8),
            "max_probability": torch.empty(h, w), "margin": torch.empty(h, w),
            "histogram": torch.empty(n, c, dtype=torch.int32),
            "cell_min": torch.empty(n, CELLS, CELLS), "cell_avg": torch.empty(n, CELLS, CELLS),
            "cell_max": torch.empty(n, CELLS, CELLS),
            "entropy_mean": torch.empty(n), "margin_mean": torch.empty(n), "confidence_mean": torch.empty(n),
            "probability_mean": torch.empty(n, c), "mixture": torch.empty(n, c, c) if mixtures else None,
            "entropy_by_class": None, "margin_by_class": None, "bad": torch.empty(n, dtype=torch.int32),
        }
        bad = torch.zeros(1, dtype=torch.int64)
        outputs = [address(t) for t in out.values()]
        args = words(address(logits), 0, 1, c, h, w, c * h * w, h * w, w, 1, 0, *outputs[:4], address(nxy), n, region_w,
                     region_h, *outputs[4:], address(bad))

        def call(keep=(nxy, bad, logits)):
            if self.library.assay_region_signals(self.exec, args) != 0:
                sys.exit(self.library.assay_last_error().decode())

        return call, out


def region_mixtures(chosen, entropy, p, region_w: int, region_h: int):
    """Per region, the mean probabilities of the pixels of each class, weighted with entropy in bits: one batched product."""
    c, h, w = p.shape
    rows, columns = h // region_h, w // region_w

    def regions(t):
        t = t[:, :rows * region_h, :columns * region_w].reshape(-1, rows, region_h, columns, region_w)
        return t.permute(1, 3, 0, 2, 4).reshape(rows * columns, -1, region_h * region_w)

    weights = regions(chosen * (entropy / LN2 + EPS))
    return weights @ regions(p).transpose(1, 2) / weights.sum(2, keepdim=True).clamp_min(1e-30)


def torch_signals(logits, region_w: int, region_h: int, mixtures: bool):
    c, h, w = logits.shape
    log_p = functional.log_softmax(logits, 0)
    p = log_p.exp()
    entropy = -(p * log_p).sum(0)
    # max and a masked max: topk over the class axis is an order of magnitude slower.
    top, argmax = p.max(0)
    chosen = argmax == torch.arange(c).reshape(c, 1, 1)
    margin = top - p.masked_fill(chosen, 0).amax(0)
    rows, columns = h // region_h, w // region_w
    cut = (slice(0, rows * region_h), slice(0, columns * region_w))

    def regions(t):
        return t[cut].reshape(rows, region_h, columns, region_w)

    cell_h, cell_w = region_h // CELLS, region_w // CELLS
    cells = regions(entropy)[:, :CELLS * cell_h, :, :CELLS * cell_w]
    cells = cells.reshape(rows, CELLS, cell_h, columns, CELLS, cell_w)
    pieces = (slice(None),) + cut
    histogram = chosen[pieces].reshape(c, rows, region_h, columns, region_w).sum((2, 4), dtype=torch.int32)
    probability = p[pieces].reshape(c, rows, region_h, columns, region_w).mean((2, 4))
    mixture = {"mixture": region_mixtures(chosen, entropy, p, region_w, region_h)} if mixtures else {}
    return mixture | {
        "entropy": entropy, "argmax": argmax.to(torch.uint8), "max_probability": top, "margin": margin,
        "histogram": histogram.permute(1, 2, 0).reshape(-1, c),
        "cell_min": cells.amin((2, 5)).permute(0, 2, 1, 3).reshape(-1, CELLS, CELLS),
        "cell_avg": cells.mean((2, 5)).permute(0, 2, 1, 3).reshape(-1, CELLS, CELLS),
        "cell_max": cells.amax((2, 5)).permute(0, 2, 1, 3).reshape(-1, CELLS, CELLS),
        "entropy_mean": regions(entropy).mean((1, 3)).reshape(-1),
        "margin_mean": regions(margin).mean((1, 3)).reshape(-1),
        "confidence_mean": 1 - regions(top).mean((1, 3)).reshape(-1),
        "probability_mean": probability.permute(1, 2, 0).reshape(-1, c),
    }


def check(ours, theirs):
    for name, value in theirs.items():
        if value.dtype in (torch.uint8, torch.int32):
            wrong = (ours[name].reshape(value.shape) != value).float().mean().item()
            # Near-ties may fall either way in the peer's rounded probabilities.
            assert wrong < 1e-3, f"{name}: {wrong:.2e} of the values differ"
        else:
            worst = (ours[name].reshape(value.shape) - value).abs().max().item()
            assert worst < 2e-5, f"{name}: differs by {worst:.2e}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out (it needs a C++ compiler)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    assay = Assay(options.library, options.threads)
    for (c, h, w, region_w, region_h), mixtures in itertools.product(SHAPES, (False, True)):
        logits = torch.randn(c, h, w) * 3
        call, out = assay.bind(logits, region_w, region_h, mixtures)
        peers = {"assay": call, "read": lambda: torch.sum(logits),
                 "torch eager": lambda: torch_signals(logits, region_w, region_h, mixtures)}
        if not options.no_compile:
            compiled = torch.compile(torch_signals, dynamic=False)
            peers["torch.compile"] = lambda: compiled(logits, region_w, region_h, mixtures)
        call()
        with torch.no_grad():
            check(out, torch_signals(logits, region_w, region_h, mixtures))
            times = {name: [] for name in peers}
            for repeat in range(-2, options.repeats):
                for name, run in peers.items():
                    start = time.perf_counter()
                    run()
                    if repeat >= 0:
                        times[name].append(1e3 * (time.perf_counter() - start))
        medians = {name: sorted(t)[len(t) // 2] for name, t in times.items()}
        for name, median in medians.items():
            print(json.dumps({
                "shape": f"{c}x{h}x{w}", "mixtures": mixtures, "threads": options.threads, "side": name, "median_ms": round(median, 3),
                "min_ms": round(min(times[name]), 3), "times_assay": round(median / medians["assay"], 2),
                "gb_per_s": round(4e-6 * c * h * w / median, 2), "target": assay.library.assay_cpu_target().decode(),
                "torch": torch.__version__}), flush=True)


if __name__ == "__main__":
    main()
