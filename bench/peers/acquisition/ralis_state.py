"""The whole RALIS state of a step from given logits: 480 candidates, 240 state regions, KL histograms."""
import contextlib
import io
import types
import warnings

import numpy as np
import torch
import torch.nn.functional as functional

import public_code
from harness import Case, Side, close, mostly_equal

CLASSES, HEIGHT, WIDTH, REGION_W, REGION_H = 11, 360, 480, 80, 90
CANDIDATE_IMAGES, STATE_IMAGES, LABELLED, BINS, CELLS = 20, 10, 480, 32, 8
COLUMNS, ROWS = WIDTH // REGION_W, HEIGHT // REGION_H
FILL = 1e-7


def make_logits(images, generator):
    """Images of a few large objects each: neighbouring pixels agree, as those of a trained network do."""
    coarse = 4 * torch.randn(images, CLASSES, 6, 8, generator=generator)
    smooth = functional.interpolate(coarse, size=(HEIGHT, WIDTH), mode="bilinear")
    return smooth + 0.5 * torch.randn(images, CLASSES, HEIGHT, WIDTH, generator=generator)


def make_labelled(generator):
    """Ground-truth shares of labelled regions, void last; absent classes hold the fill."""
    shares = torch.rand(LABELLED, CLASSES + 1, generator=generator, dtype=torch.float64) ** 4
    shares *= torch.rand(LABELLED, CLASSES + 1, generator=generator) < 0.5
    shares[:, 0] += 0.1
    shares /= shares.sum(1, keepdim=True)
    return torch.where(shares > 0, shares, FILL)


def region_rows(logits):
    """[counts, void | min | avg | max] of every region: images, then x, then y."""
    images = len(logits)
    log_p = functional.log_softmax(logits, 1)
    winner = log_p.argmax(1)
    entropy = -(log_p.exp() * log_p).sum(1)
    region = (torch.arange(WIDTH) // REGION_W * ROWS + (torch.arange(HEIGHT) // REGION_H)[:, None])
    slot = (region + torch.arange(images)[:, None, None] * ROWS * COLUMNS) * CLASSES + winner
    counts = torch.bincount(slot.flatten(), minlength=images * ROWS * COLUMNS * CLASSES).reshape(-1, CLASSES).float()
    void = torch.zeros(len(counts), 1)
    counts = torch.cat([counts, void], 1)
    cell_h, cell_w = REGION_H // CELLS, REGION_W // CELLS
    cells = entropy.reshape(images, ROWS, REGION_H, COLUMNS, REGION_W)[:, :, :CELLS * cell_h]
    cells = cells.reshape(images, ROWS, CELLS, cell_h, COLUMNS, CELLS, cell_w)
    grids = [pool(cells, (3, 6)).permute(0, 3, 1, 2, 4).reshape(len(counts), -1)
             for pool in (torch.amin, torch.mean, torch.amax)]
    return torch.cat([torch.where(counts > 0, counts, FILL), *grids], 1)


def kl_histograms(candidates, references):
    """Share of the references by KL(candidate || reference), 32 bins over each candidate's own range."""
    p = candidates / candidates.sum(1, keepdim=True)
    log_q = (references / references.sum(1, keepdim=True)).log()
    scores = ((p * p.log()).sum(1, keepdim=True) - p @ log_q.T).clamp_min_(0)
    low, high = scores.aminmax(dim=1, keepdim=True)
    span = high - low
    constant = span <= 1e-9 * high.clamp_min(1)
    bins = ((scores - low) * (BINS / span)).nan_to_num_(0).to(torch.int64).clamp_(0, BINS - 1)
    bins = torch.where(constant, BINS // 2, bins)
    counts = torch.zeros(len(p), BINS, dtype=torch.float64)
    counts.scatter_add_(1, bins, torch.ones_like(scores))
    return (counts / references.shape[0]).float()


def image_by_image(logits):
    """The same, with the intermediate values of one image only, so that they stay in the cache."""
    return torch.cat([region_rows(logits[i:i + 1]) for i in range(len(logits))])


def vectorised(candidates, state, labelled, rows_of=region_rows):
    rows = rows_of(candidates)
    counts = rows[:, :CLASSES + 1].double()
    action = torch.cat([rows, kl_histograms(counts, labelled), kl_histograms(counts, counts)], 1)
    return rows_of(state), action


class GivenLogits(torch.nn.Module):
    """Stands where the public code has its network: an image is its own number."""

    def __init__(self, logits):
        super().__init__()
        self.logits = logits

    def forward(self, image):
        index = int(image.flatten()[0])
        return self.logits[index:index + 1], None


def public_step(module, candidates, state, labelled):
    """compute_state of the public code, its shuffle undone."""
    corners = [(x, y) for x in range(0, WIDTH, REGION_W) for y in range(0, HEIGHT, REGION_H)]
    wanted = [(i, x, y) for i in range(CANDIDATE_IMAGES) for x, y in corners]
    net = GivenLogits(torch.cat([candidates, state]))

    def image(index):
        return torch.full((1, 1, 1), float(index)), torch.zeros(1), None, None

    pool = types.SimpleNamespace(
        state_subset=list(range(STATE_IMAGES)), get_specific_item=image,
        get_subset_state=lambda index: (*image(CANDIDATE_IMAGES + index), corners))
    train = types.SimpleNamespace(num_classes=CLASSES, balance_cl=labelled.tolist())
    options = types.SimpleNamespace(al_algorithm="ralis")
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result, order = module.compute_state(options, net, list(wanted), pool, train, COLUMNS * ROWS, (REGION_W, REGION_H))
    order = order.reshape(-1, 3)
    return result["subset"], result["pool"].reshape(len(wanted), -1)[np.lexsort(order.T[::-1])]


def check(ours, theirs, name):
    for what, mine, other in zip(("state", "action"), (ours["state"], ours["action"]), theirs):
        other = other.numpy()
        k = CLASSES + 1
        assert np.abs(mine[:, :k] - other[:, :k]).sum() <= 1e-5 * other[:, :k].sum(), f"{name}: counts of the {what}"
        close(mine[:, k:k + 3 * CELLS * CELLS], other[:, k:k + 3 * CELLS * CELLS], 2e-5, 0, f"{name}: cells of the {what}")
        if what == "state":
            continue
        # A score on the edge of a bin may fall either way; a moved score changes two bins by one over 480.
        mostly_equal(np.rint(mine[:, k + 192:] * LABELLED), np.rint(other[:, k + 192:] * LABELLED), 5e-3,
                     f"{name}: histograms of the {what}")


def cases(options, assay, generator):
    candidates = make_logits(CANDIDATE_IMAGES, generator)
    state = make_logits(STATE_IMAGES, generator)
    labelled = make_labelled(generator)
    source = assay.store("ralis", {"candidates": candidates.numpy(), "state": state.numpy(), "labelled": labelled.numpy()})
    sides = [Side("assay", lambda: assay.ralis_state(source), reports_time=True),
             Side("torch eager, all at once", lambda: vectorised(candidates, state, labelled)),
             Side("torch eager, image by image", lambda: vectorised(candidates, state, labelled, image_by_image))]
    if options.compile:
        compiled = torch.compile(vectorised, dynamic=False)
        sides.append(Side("torch.compile", lambda: compiled(candidates, state, labelled)))
    skipped = {}
    why = public_code.missing(options.public_code, "ralis/models/model_utils.py")
    if why:
        skipped["public RALIS code"] = why
    else:
        module = public_code.ralis(options.public_code)
        sides.append(Side("public RALIS code", lambda: public_step(module, candidates, state, labelled), repeats=1))
    yield Case("RALIS state, 480 + 240 regions", sides, check, skipped)
