"""BALD: mutual information of T stochastic passes, per pixel."""
import contextlib
import io

import numpy as np
import torch
import torch.nn.functional as functional

import public_code
from harness import Case, Side, close, mostly_equal

PASSES, CLASSES, HEIGHT, WIDTH = 20, 11, 360, 480


def make_logits(generator):
    base = 4 * torch.randn(1, CLASSES, HEIGHT, WIDTH, generator=generator)
    return base + torch.randn(PASSES, CLASSES, HEIGHT, WIDTH, generator=generator)


def whole_tensor(logits):
    """The equation as it stands; what a compiler fuses best."""
    log_p = functional.log_softmax(logits, 1)
    p = log_p.exp()
    expected = -(p * log_p).sum(1).mean(0)
    mean = p.mean(0)
    predictive = -torch.special.xlogy(mean, mean).sum(0)
    return (predictive - expected).clamp_min(0), mean.argmax(0)


def pass_by_pass(logits):
    """Keeps intermediate values of one pass only, so that they stay in the cache."""
    mean = torch.zeros_like(logits[0])
    expected = torch.zeros_like(mean[0])
    for scores in logits:
        log_p = functional.log_softmax(scores, 0)
        p = log_p.exp()
        mean += p
        expected -= p.mul_(log_p).sum(0)
    mean /= len(logits)
    predictive = -torch.special.xlogy(mean, mean).sum(0)
    return (predictive - expected / len(logits)).clamp_min_(0), mean.argmax(0)


def numpy_rows(logits, rows=4):
    """NumPy a few image rows at a time, for the same reason."""
    passes, _, height, width = logits.shape
    information = np.empty((height, width), np.float32)
    winner = np.empty((height, width), np.uint8)
    for y in range(0, height, rows):
        x = logits[:, :, y:y + rows]
        d = x - x.max(1, keepdims=True)
        e = np.exp(d)
        s = e.sum(1, keepdims=True)
        expected = (np.log(s[:, 0]) - np.einsum("tchw,tchw->thw", e, d) / s[:, 0]).mean(0)
        mean = np.divide(e, s, out=e).mean(0)
        predictive = -np.sum(mean * np.log(np.maximum(mean, 1e-38)), axis=0)
        information[y:y + rows] = np.maximum(predictive - expected, 0)
        winner[y:y + rows] = mean.argmax(0)
    return information, winner


def public(module, logits):
    with contextlib.redirect_stdout(io.StringIO()):
        information, winner = module.compute_bald(functional.softmax(logits, 1))
    return information[0], winner[0]


def check(ours, theirs, _):
    information, winner = (np.asarray(array) for array in theirs)
    close(ours["mutual_information"], information, 1e-5, 0, "mutual information")
    mostly_equal(ours["mean_argmax"], winner, 1e-4, "argmax of the mean")


def cases(options, assay, generator):
    logits = make_logits(generator)
    source = assay.store("bald", {"logits": logits.numpy()})
    sides = [Side("assay", lambda: assay.kernel("bald", source), reports_time=True),
             Side("torch eager, whole tensor", lambda: whole_tensor(logits)),
             Side("torch eager, pass by pass", lambda: pass_by_pass(logits)),
             Side("numpy, rows", lambda: numpy_rows(logits.numpy()))]
    if options.compile:
        compiled = torch.compile(whole_tensor, dynamic=False)
        sides.append(Side("torch.compile", lambda: compiled(logits)))
    skipped = {}
    why = public_code.missing(options.public_code, "ralis/models/model_utils.py")
    if why:
        skipped["public RALIS code"] = why
    else:
        module = public_code.ralis(options.public_code)
        sides.append(Side("public RALIS code", lambda: public(module, logits)))
    yield Case(f"bald {PASSES}x{CLASSES}x{HEIGHT}x{WIDTH}", sides, check, skipped)
