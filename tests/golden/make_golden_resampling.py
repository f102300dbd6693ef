#!/usr/bin/env python3
"""Writes Assay's own golden vectors of curves and of bilinear resizing into the directory of this script.

Inputs are synthetic and seeded; expected values are computed here, in NumPy float64, straight from the definitions, and by
nothing of Assay's. The arrays are those that a golden directory of published numbers has:

  10_auc        row_*: constant curves over five equal steps, their area by formula and as one would publish it, in two
                digits; curve_x, curve_miou [curves,points] and their area curve_auc by trapezoids
  11_bilinear   x [C,H,W] resized to twice and four times its size and to 45x67, corners aligned or half a pixel out

Usage: python3 tests/golden/make_golden_resampling.py
"""
import numpy as np

from make_golden import save


def area(x, y):
    return sum(0.5 * (y[k] + y[k + 1]) * (x[k + 1] - x[k]) for k in range(len(x) - 1))


def save_curves(rng):
    step = np.array([0.05, 0.1, 0.1])
    miou = np.array([77.25, 64.5, 38.75])
    formula = miou * 4 * step
    x = np.cumsum(rng.integers(1, 9, (4, 5)) / 64.0, 1)
    y = np.sort(rng.integers(40 * 16, 70 * 16, (4, 5)), 1) / 16.0
    save("10_auc", row_names=np.array(["one", "two", "three"]), row_step=step, row_miou=miou,
         row_auc_published=np.round(formula, 2), row_auc_formula=formula, curve_x=x, curve_miou=y,
         curve_auc=np.array([area(a, b) for a, b in zip(x, y)]), curve_miou_third_point=y[:, 2])


def positions(size, out, aligned):
    """Where each output sample lies among the input's samples."""
    i = np.arange(out, dtype=np.float64)
    if aligned:
        return i * (size - 1) / (out - 1)
    return np.clip((i + 0.5) * size / out - 0.5, 0, size - 1)


def matrix(size, out, aligned):
    at = positions(size, out, aligned)
    low = np.minimum(at.astype(int), size - 2)
    weights = np.zeros((out, size))
    weights[np.arange(out), low] = 1 - (at - low)
    weights[np.arange(out), low + 1] = at - low
    return weights


def resized(x, height, width, aligned):
    rows, columns = matrix(x.shape[1], height, aligned), matrix(x.shape[2], width, aligned)
    return np.einsum("ph,chw,qw->cpq", rows, x.astype(np.float64), columns).astype(np.float32)


def save_bilinear(rng):
    x = (rng.integers(-40, 41, (2, 9, 7)) / 8).astype(np.float32)
    arrays = {"x": x}
    for name, height, width in (("x4", 36, 28), ("x2", 18, 14), ("to45x67", 45, 67)):
        for kind in ("aligned", "half_pixel"):
            arrays[f"{name}_corners_{kind}"] = resized(x, height, width, kind == "aligned")
    save("11_bilinear", **arrays)


def main():
    rng = np.random.default_rng(10)
    save_curves(rng)
    save_bilinear(rng)


if __name__ == "__main__":
    main()
