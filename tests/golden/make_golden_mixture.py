#!/usr/bin/env python3
"""Writes Assay's own golden vectors for context_mixture beside make_golden.py's, whose images it reads.

  06_cdal_mixture_full   for image A, B, C: P_* (row c: pixels predicted c), present_*, pixels_*, weight_sum_*,
                         P_all_pixels_* (one mixture of all pixels); eps
  06_cdal_mixture_crop   logits, P, present, pixels, weight_sum; the same of logits19 with the suffix 19; eps

Usage: python3 tests/golden/make_golden_mixture.py
"""
import numpy as np

from make_golden import EPS, HERE, save, scene, softmax_signals


def mixture(logits):
    """Per predicted class: mean of softmax vectors weighted by entropy in bits + EPS, presence, pixels, sum of weights."""
    _, weight, prediction, _ = softmax_signals(logits)
    x = logits.astype(np.float64)
    p = np.exp(x - x.max(0))
    p /= p.sum(0)
    classes = len(p)
    pixels = np.bincount(prediction.ravel(), minlength=classes).astype(np.int64)
    weight_sum = np.bincount(prediction.ravel(), weight.ravel(), minlength=classes)
    rows = np.zeros((classes, classes))
    for c in np.flatnonzero(pixels):
        mine = prediction == c
        rows[c] = (p[:, mine] * weight[mine]).sum(1) / weight_sum[c]
    return {"P": rows, "present": pixels > 0, "pixels": pixels, "weight_sum": weight_sum,
            "P_all_pixels": (p * weight).sum((1, 2)) / weight.sum()}


def image(name):
    return np.concatenate([np.load(HERE / f"00_input_{name}_{half}.npz")["logits"] for half in ("top", "bot")], 1)


def main():
    full = {"eps": np.float64(EPS)}
    for name in "ABC":
        full.update({f"{key}_{name}": value for key, value in mixture(image(name)).items()})
    save("06_cdal_mixture_full", **full)
    logits = image("B")[:, 60:120, 50:110]
    logits19, _ = scene(np.random.default_rng(109), 40, 40, 19)
    crop = {"eps": np.float64(EPS), "logits": logits, "logits19": logits19}
    for suffix, scores in (("", logits), ("19", logits19)):
        crop.update({key + suffix: value for key, value in mixture(scores).items() if key != "P_all_pixels"})
    save("06_cdal_mixture_crop", **crop)


if __name__ == "__main__":
    main()
