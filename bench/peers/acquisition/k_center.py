"""Greedy k-center: CDAL-CS on class mixtures, coreset on Euclidean features."""
import contextlib
import io

import numpy as np
import torch

import public_code
from harness import Case, Side, close

IMAGES, LABELLED, PICKS, CLASSES, DIMENSIONS = 3000, 300, 150, 19, 2048
FLOOR = 1e-12
# The public loop takes minutes; its time is proportional to the number of pair distances, images (labelled + picks).
PUBLIC_PART = 5


def make_mixtures(generator):
    logits = 2 * torch.randn(IMAGES, CLASSES, CLASSES, generator=generator) + 5 * torch.eye(CLASSES)
    present = torch.rand(IMAGES, CLASSES, generator=generator) < 0.8
    mixture = torch.softmax(logits, 2) * present[:, :, None]
    return mixture.numpy(), present.numpy()


def greedy(first_distances, distances_to, picks):
    """Farthest-first traversal; the smallest index wins ties, as arg-max takes the first."""
    nearest = first_distances
    order, radius = [], []
    for _ in range(picks):
        pick = int(nearest.argmax())
        order.append(pick)
        nearest = distances_to(nearest, pick)
        radius.append(float(nearest.max()))
    return np.array(order), np.array(radius)


def torch_contextual(mixture, present, labelled, dtype, step):
    """Eq. 2 as one product of inner size 2 C^2 + 2 C: d = (h.m' + m.h' - P.lnP' - lnP.P') / 2."""
    m = present.to(dtype)
    p = mixture.to(dtype).clamp_min(FLOOR) * m[:, :, None]
    log_p = p.clamp_min(FLOOR).log() * m[:, :, None]
    h = (p * log_p).sum(2)
    flat_p, flat_log = p.flatten(1), log_p.flatten(1)
    left = torch.cat([h, m, -flat_p, -flat_log], 1)
    right = torch.cat([m, h, flat_log, flat_p], 1).mul_(0.5)
    first = (left @ right[labelled].T).amin(1)
    first[labelled] = 0

    def update(nearest, pick):
        nearest = step(nearest, left, right[pick])
        nearest[pick] = 0
        return nearest

    return greedy(first, update, PICKS)


def contextual_step(nearest, left, row):
    return torch.minimum(nearest, left @ row)


def torch_euclidean(features, labelled, step):
    norms = (features * features).sum(1)
    first = (norms[:, None] + norms[labelled] - 2 * features @ features[labelled].T).amin(1)
    first[labelled] = 0

    def update(nearest, pick):
        nearest = step(nearest, features, norms, features[pick], norms[pick])
        nearest[pick] = 0
        return nearest

    order, radius = greedy(first, update, PICKS)
    return order, np.sqrt(np.maximum(radius, 0))


def euclidean_step(nearest, features, norms, row, norm):
    return torch.minimum(nearest, norms + norm - 2 * (features @ row))


def numpy_euclidean(features, labelled):
    """The form of sklearn.metrics.euclidean_distances."""
    norms = np.einsum("nd,nd->n", features, features)
    nearest = (norms[:, None] + norms[labelled] - 2 * features @ features[labelled].T).min(1)
    nearest[labelled] = 0

    def step(nearest, pick):
        np.minimum(nearest, norms + norms[pick] - 2 * (features @ features[pick]), out=nearest)
        nearest[pick] = 0
        return nearest

    order, radius = greedy(nearest, step, PICKS)
    return order, np.sqrt(np.maximum(radius, 0))


def numpy_contextual(mixture, present, labelled):
    m = present.astype(np.float32)
    p = np.maximum(mixture, FLOOR) * m[:, :, None]
    log_p = np.log(np.maximum(p, FLOOR)) * m[:, :, None]
    h = (p * log_p).sum(2)
    flat_p, flat_log = p.reshape(len(p), -1), log_p.reshape(len(p), -1)
    left = np.concatenate([h, m, -flat_p, -flat_log], 1)
    right = np.concatenate([m, h, flat_log, flat_p], 1) * np.float32(0.5)
    nearest = (left @ right[labelled].T).min(1)
    nearest[labelled] = 0

    def step(nearest, pick):
        np.minimum(nearest, left @ right[pick], out=nearest)
        nearest[pick] = 0
        return nearest

    return greedy(nearest, step, PICKS)


def same_picks(ours, theirs, name):
    """Same picks; where rounding lets a peer leave the path, the covering radius says whether it is as good."""
    order, radius = theirs
    same = int(np.sum(ours["order"] == order))
    if same < PICKS:
        close(ours["radius"], radius, 0, 1e-3, f"{name}: {same} of {PICKS} picks agree, and the covering radius")


def public_side(assay, module, mixture, present, labelled):
    """The public loop on a part of the images, its picks checked against Assay's on the same part."""
    images, picks = IMAGES // PUBLIC_PART, PICKS // PUBLIC_PART
    centres = [int(i) for i in labelled if i < images][:LABELLED // PUBLIC_PART]
    part = mixture[:images].reshape(images, -1)

    def run():
        np.random.seed(3)
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            return module.kCenterGreedy(part).select_batch(list(centres), picks)

    def check_part(picked):
        """The public code picks once at random; from there on the picks must agree."""
        arrays = {"mixture": mixture[:images], "present": present[:images],
                  "labelled": np.array(centres + [int(picked[0])], np.int32)}
        source = assay.store("cdal-part", arrays)
        _, ours = assay.kernel("k_center", source, {"budget": picks - 1, "form": "mean"}, repeats=1)
        assert list(ours["order"]) == [int(i) for i in picked[1:]], "public CDAL code picks otherwise"

    scale = IMAGES * (LABELLED + PICKS) / (images * (len(centres) + picks))
    note = f"{images} images, {len(centres)} labelled, {picks} picks, times {scale:.1f} for the pair distances left out"
    return Side("public CDAL code", run, repeats=1, scale=scale, note=note), check_part


def contextual_case(options, assay, generator, labelled):
    mixture, present = make_mixtures(generator)
    arrays = {"mixture": mixture, "present": present, "labelled": labelled.to(torch.int32).numpy()}
    source = assay.store("cdal", arrays)
    settings = {"budget": PICKS, "form": "sum"}
    p, m = torch.from_numpy(mixture), torch.from_numpy(present)
    sides = [Side("assay", lambda: assay.kernel("k_center", source, settings), reports_time=True),
             Side("torch products, fp32", lambda: torch_contextual(p, m, labelled, torch.float32, contextual_step)),
             Side("torch products, fp64", lambda: torch_contextual(p, m, labelled, torch.float64, contextual_step)),
             Side("numpy products, fp32", lambda: numpy_contextual(mixture, present, labelled.numpy()))]
    if options.compile:
        step = torch.compile(contextual_step, dynamic=False)
        sides.append(Side("torch products, fp32, compiled",
                          lambda: torch_contextual(p, m, labelled, torch.float32, step)))
    checks, skipped = {}, {}
    why = public_code.missing(options.public_code, "CDAL/CDAL_CS.py")
    if why:
        skipped["public CDAL code"] = why
    else:
        side, checks["public CDAL code"] = public_side(
            assay, public_code.cdal(options.public_code), mixture, present, labelled.tolist())
        sides.append(side)

    def check(ours, theirs, name):
        checks[name](theirs) if name in checks else same_picks(ours, theirs, name)

    name = f"CDAL-CS {IMAGES}x{CLASSES}x{CLASSES}, {LABELLED} labelled, {PICKS} picks"
    return Case(name, sides, check, skipped)


def euclidean_case(options, assay, generator, labelled):
    centres = 2 * torch.randn(200, DIMENSIONS, generator=generator)
    owner = torch.randint(0, 200, (IMAGES,), generator=generator)
    features = centres[owner] + torch.randn(IMAGES, DIMENSIONS, generator=generator)
    source = assay.store("coreset", {"features": features.numpy(), "labelled": labelled.to(torch.int32).numpy()})
    settings = {"budget": PICKS}
    sides = [Side("assay", lambda: assay.kernel("k_center", source, settings), reports_time=True),
             Side("torch products", lambda: torch_euclidean(features, labelled, euclidean_step)),
             Side("numpy products", lambda: numpy_euclidean(features.numpy(), labelled.numpy()))]
    if options.compile:
        step = torch.compile(euclidean_step, dynamic=False)
        sides.append(Side("torch products, compiled", lambda: torch_euclidean(features, labelled, step)))
    return Case(f"coreset {IMAGES}x{DIMENSIONS}, {LABELLED} labelled, {PICKS} picks", sides, same_picks)


def cases(options, assay, generator):
    labelled = torch.randperm(IMAGES, generator=generator)[:LABELLED].sort().values
    yield contextual_case(options, assay, generator, labelled)
    yield euclidean_case(options, assay, generator, labelled)
