#!/usr/bin/env python3
"""What are the picks of CDAL-RL worth, next to those of CDAL-CS and of chance, and what does its training take?

Makes a pool of images of several kinds of scene with class mixtures and long-tailed class counts, lets `java/assay select`
pick from it, and measures every selection here, in NumPy float64, by CDAL's rewards: Rcd, the mean contextual diversity
of ordered pairs (Eq. 3); Rvr (Eq. 4) over the mixtures; Rsr (Eq. 5) against a class's mean share; R = 0.75 Rcd + 0.25 (Rvr + Rsr).
One JSON line per selection on stdout, with wall-clock and processor seconds of the whole command.

    python3 bench/peers/context_policy.py [--images N] [--classes C] [--budget B] [--seeds 1,2,3] [--rates 1e-5,1e-3]
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time

import numpy as np

ASSAY = pathlib.Path(__file__).resolve().parents[2] / "java" / "assay"
KINDS = 8
PIXELS = 131072
FLOOR = 1e-12
DRAWS = 100


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=3000)
    parser.add_argument("--classes", type=int, default=19)
    parser.add_argument("--budget", type=int, default=150)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--rates", default="1e-12,1e-5,1e-3", help="learning rates; 1e-12 leaves the fresh policy as it is")
    return parser.parse_args()


def make_pool(images, classes):
    """Mixtures [N,C,C] that depend on an image's kind, with classes the rarer the higher their number, and pixel counts."""
    rng = np.random.default_rng(1)
    kinds = rng.integers(0, KINDS, images)
    kind_logits = rng.normal(0, 1.0, (KINDS, classes, classes))
    frequency = 1 / (1 + np.arange(classes) * 0.35)
    chance = np.clip(frequency[None] * rng.uniform(0.3, 1.7, (KINDS, classes)), 0.02, 1)
    logits = kind_logits[kinds] + rng.normal(0, 0.7, (images, classes, classes))
    logits += np.eye(classes) * rng.uniform(1, 5, (images, classes, 1))
    p = np.exp(logits)
    p /= p.sum(2, keepdims=True)
    present = rng.random((images, classes)) < chance[kinds]
    present[:, 0] = True
    share = rng.gamma(1.0, 1.0, (images, classes)) * frequency ** 2 * present
    pixels = np.round(share / share.sum(1, keepdims=True) * PIXELS).astype(np.int32)
    pixels[:, 0] += PIXELS - pixels.sum(1)
    return np.where(present[:, :, None], p, 0).astype(np.float32), pixels


def diversity(mixtures, present):
    """Eq. 3 divided by the number of ordered pairs; the distances of a class's pairs add up without looking at any."""
    p = np.maximum(mixtures.astype(np.float64), FLOOR) * present[:, :, None]
    log = np.log(np.maximum(mixtures.astype(np.float64), FLOOR)) * present[:, :, None]
    pairs = present.sum(0) * (p * log).sum((0, 2)) - (p.sum(0) * log.sum(0)).sum(1)
    return pairs.sum() / len(mixtures) ** 2


def rewards(mixtures, pixels, picks):
    present = (mixtures > 0).any(2)
    rows = mixtures.reshape(len(mixtures), -1).astype(np.float64)
    chosen = rows[picks]
    squares = (rows ** 2).sum(1)[:, None] + (chosen ** 2).sum(1)[None] - 2 * rows @ chosen.T
    visual = np.exp(-np.sqrt(np.maximum(squares, 0)).min(1).mean())
    share = len(picks) * pixels.sum(1).mean() / pixels.shape[1]
    semantic = np.log(np.maximum(pixels[picks].sum(0), 1) / share).sum()
    cd = diversity(mixtures[picks], present[picks])
    return {"Rcd": cd, "Rvr": visual, "Rsr": semantic, "R": 0.75 * cd + 0.25 * (visual + semantic)}


def select(pool, strategy, budget, seed, directory):
    """Picks and seconds."""
    out = directory / "selection.json"
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([ASSAY, "select", "--features", pool, "--strategy", strategy, "--budget", str(budget), "--seed", str(seed),
                    "--out", out], check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    picks = [int(region["image"]) for region in json.loads(out.read_text())["regions"]]
    return np.array(picks), {"wall_s": round(wall, 1), "cpu_s": round(cpu, 1)}


def report(strategy, **values):
    rounded = {key: round(float(value), 4) for key, value in values.items()}
    print(json.dumps({"strategy": strategy, "threads": os.environ.get("OMP_NUM_THREADS"), **rounded}), flush=True)


def main():
    options = parse()
    mixtures, pixels = make_pool(options.images, options.classes)
    # Builds what is stale, so that no selection is charged for it.
    subprocess.run([ASSAY, "--version"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        directory = pathlib.Path(folder)
        pool = directory / "pool.npz"
        np.savez(pool, context_mixture=mixtures.reshape(options.images, -1), class_histogram=pixels,
                 image=np.arange(options.images, dtype=np.int32))
        rng = np.random.default_rng(0)
        drawn = [rewards(mixtures, pixels, rng.choice(options.images, options.budget, replace=False)) for _ in range(DRAWS)]
        for name, of in (("mean", np.mean), ("standard deviation", np.std)):
            report(f"chance, {name} of {DRAWS} draws", **{key: of([d[key] for d in drawn]) for key in drawn[0]})
        picks, seconds = select(pool, "cdal_cs", options.budget, 1, directory)
        report("cdal_cs", **rewards(mixtures, pixels, picks), **seconds)
        for rate in options.rates.split(","):
            for seed in options.seeds.split(","):
                strategy = f"cdal_rl(learning_rate={rate})"
                picks, seconds = select(pool, strategy, options.budget, seed, directory)
                report(strategy, seed=seed, **rewards(mixtures, pixels, picks), **seconds)


if __name__ == "__main__":
    main()
