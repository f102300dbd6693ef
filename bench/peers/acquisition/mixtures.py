"""Class mixtures of CDAL (Eq. 1), alone and together with every other signal of an image."""
import numpy as np
import torch
import torch.nn.functional as functional

from harness import Case, Side, close, mostly_equal

CLASSES, HEIGHT, WIDTH = 19, 1024, 2048
EPS, LN2 = 1e-8, 0.6931471805599453


def make_logits(generator):
    """Blocks of the image belong to classes, as in a street; noise on top."""
    logits = 2 * torch.randn(CLASSES, HEIGHT, WIDTH, generator=generator)
    owner = (torch.arange(HEIGHT)[:, None] * 4 // HEIGHT * 4 + torch.arange(WIDTH) * 4 // WIDTH) % CLASSES
    return logits + 4 * functional.one_hot(owner, CLASSES).permute(2, 0, 1)


def mixture_of(p, entropy, winner):
    """Weighted means as one product: one-hot rows times weights, times probabilities."""
    classes = p.shape[0]
    chosen = winner.reshape(1, -1) == torch.arange(classes).reshape(-1, 1)
    weights = chosen * (entropy.reshape(1, -1) / LN2 + EPS)
    total = weights.sum(1, keepdim=True)
    mixture = weights @ p.reshape(classes, -1).T / total.clamp_min(1e-30)
    return mixture, chosen.sum(1)


def alone(logits):
    log_p = functional.log_softmax(logits, 0)
    p = log_p.exp()
    return mixture_of(p, -(p * log_p).sum(0), p.argmax(0))


def numpy_tiles(logits, pixels=16384):
    """NumPy a tile of pixels at a time, with the product left to BLAS."""
    classes = logits.shape[0]
    flat = logits.reshape(classes, -1)
    sums, totals = np.zeros((classes, classes)), np.zeros(classes)
    counts = np.zeros(classes, np.int64)
    for at in range(0, flat.shape[1], pixels):
        x = flat[:, at:at + pixels]
        winner = x.argmax(0)
        d = x - x.max(0)
        p = np.exp(d)
        s = p.sum(0)
        entropy = np.log(s) - np.einsum("cn,cn->n", p, d) / s
        p /= s
        weights = (winner == np.arange(classes)[:, None]) * (entropy / np.float32(LN2) + np.float32(EPS))
        sums += weights @ p.T
        totals += weights.sum(1)
        counts += np.bincount(winner, minlength=classes)
    return sums / np.maximum(totals, 1e-30)[:, None], counts


def check(ours, theirs, _):
    mixture, pixels = (np.asarray(array) for array in theirs)
    close(ours["mixture"], mixture, 2e-5, 0, "mixture")
    mostly_equal(ours["present"] != 0, pixels > 0, 0, "present")
    assert abs(ours["pixels"] - pixels).sum() <= 1e-5 * pixels.sum(), "pixel counts"


def cases(options, assay, generator):
    logits = make_logits(generator)
    source = assay.store("mixture", {"logits": logits.numpy()})
    sides = [Side("assay", lambda: assay.kernel("context_mixture", source), reports_time=True),
             Side("torch eager", lambda: alone(logits)),
             Side("numpy, tiles", lambda: numpy_tiles(logits.numpy()))]
    if options.compile:
        compiled = torch.compile(alone, dynamic=False)
        sides.append(Side("torch.compile", lambda: compiled(logits)))
    yield Case(f"mixtures {CLASSES}x{HEIGHT}x{WIDTH}", sides, check)
