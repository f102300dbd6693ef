#!/usr/bin/env python3
"""Writes Assay's own golden vectors for context_distance, k_center and the CDAL rewards into the directory of this script.

Inputs are synthetic and seeded; expected values are computed here, in NumPy float64, straight from the definitions, and by
nothing of Assay's. The arrays are those that a golden directory of real data has, so that one suite reads both:

  06_cdal_distance30      P [N,C,C], present [N,C]; D_eq2_sum_f64, D_code_mean_f64 (divided by n_common), n_common
  06_cdal_distance_crops  the same of crops of make_golden.py's images, down to no common class: crop_image, crop_yx,
                          crop_hw, P_f64 and its rounded P, pixels
  06_cdal_zero_entries    the same with exact zeros: D_sum_floor1em12
  06_kcenter120           P, present, embedding, labelled, first_random; order_* by contextual diversity (with_first: the
                          first pick is given; unlabelled_start: nothing else is labelled), euclid_order_global, and
                          euclid_order_empty_labelled_local, which counts euclid_unlabelled_index alone
  06_kcenter19            19 classes: D_*, order_code_mean_peer and order_eq2_sum_with_first, first pick given
  06_cdal_detector        raw_logits [boxes,C] and their one mixture_f64 weighted by entropy; features [images,C],
                          KL_object_f64 [images,images], top_picks and their CD_mean_f64 over ordered pairs
  06_cdal_rewards         over images of 06_kcenter120: picks, pixels, lam, alpha; Rcd_*, Rvr_eq4, Rsr_*, R_alpha075

Usage: python3 tests/golden/make_golden_distance.py
"""
import numpy as np

from make_golden import save
from make_golden_mixture import image, mixture

CLASSES = 11
FLOOR = 1e-12
LAMBDA = 2000.0
ALPHA = 0.75


def mixtures(rng, images, classes, absent):
    """Rows that lean towards their class, some of them absent and zero."""
    logits = rng.normal(0, 1.3, (images, classes, classes)) + 3.0 * np.eye(classes) * rng.random((images, classes, 1))
    p = np.exp(logits)
    p /= p.sum(2, keepdims=True)
    present = rng.random((images, classes)) >= absent
    return np.where(present[:, :, None], p, 0.0).astype(np.float32), present


def context_distances(p, present):
    """Eq. 2 for all pairs, its mean over common classes, and the number of these."""
    p = np.maximum(p.astype(np.float64), FLOOR)
    images = len(p)
    total = np.zeros((images, images))
    common = np.zeros((images, images), np.int32)
    for i in range(images):
        for j in range(images):
            both = present[i] & present[j]
            a, b = p[i][both], p[j][both]
            total[i, j] = 0.5 * ((a - b) * np.log(a / b)).sum()
            common[i, j] = both.sum()
    return total, total / np.maximum(common, 1), common


def greedy(distance, labelled, budget):
    """Farthest-first from the labelled set. A pick must lead by far more than fp32 rounds."""
    nearest = distance[:, labelled].min(1)
    nearest[labelled] = -1.0
    order = []
    for _ in range(budget):
        pick = int(nearest.argmax())
        second, first = np.sort(nearest)[-2:]
        assert first - second > 1e-4 * first, "two points are nearly as far: choose another seed"
        order.append(pick)
        nearest = np.minimum(nearest, distance[:, pick])
        nearest[order] = -1.0
    return np.array(order, np.int32)


def with_first(distance, labelled, first, budget):
    return np.concatenate([[first], greedy(distance, list(labelled) + [first], budget - 1)]).astype(np.int32)


def euclidean(features):
    x = features.astype(np.float64)
    return np.sqrt(((x[:, None] - x[None]) ** 2).sum(2))


def save_distances():
    p, present = mixtures(np.random.default_rng(601), 12, CLASSES, 0.15)
    total, mean, common = context_distances(p, present)
    save("06_cdal_distance30", P=p, present=present, D_eq2_sum_f64=total, D_code_mean_f64=mean, n_common=common)
    save_crops()
    rng = np.random.default_rng(603)
    p, present = mixtures(rng, 6, CLASSES, 0.1)
    p[rng.random(p.shape) < 0.2] = 0.0
    save("06_cdal_zero_entries", P=p, present=present, D_sum_floor1em12=context_distances(p, present)[0])


def save_crops():
    """Crops small enough that some of them share no class."""
    rng = np.random.default_rng(602)
    height, width = 8, 10
    names = np.array(list("AAAAAABBBBBBCC"))
    logits = {name: image(name) for name in "ABC"}
    yx = np.array([[rng.integers(0, logits[n].shape[1] - height + 1), rng.integers(0, logits[n].shape[2] - width + 1)]
                   for n in names], np.int32)
    found = [mixture(logits[n][:, y:y + height, x:x + width]) for n, (y, x) in zip(names, yx)]
    exact, present, pixels = (np.stack([f[key] for f in found]) for key in ("P", "present", "pixels"))
    rounded = exact.astype(np.float32)
    total, mean, common = context_distances(rounded, present)
    assert common.min() == 0 and common.max() >= 6, common
    save("06_cdal_distance_crops", crop_image=names, crop_yx=yx, crop_hw=np.array([height, width], np.int32), P=rounded,
         P_f64=exact, present=present, pixels=pixels, D_eq2_sum_f64=total, D_code_mean_f64=mean, n_common=common)


def save_k_center():
    rng = np.random.default_rng(604)
    images, budget = 48, 12
    p, present = mixtures(rng, images, CLASSES, 0.2)
    embedding = rng.normal(0, 1, (images, 24)).astype(np.float32)
    labelled = np.sort(rng.choice(images, 7, replace=False)).astype(np.int32)
    pool = np.setdiff1d(np.arange(images), labelled).astype(np.int32)
    first = pool[5]
    total, mean, _ = context_distances(p, present)
    apart = euclidean(embedding)
    local = apart[np.ix_(pool, pool)]
    save("06_kcenter120", P=p, present=present, embedding=embedding, labelled=labelled, first_random=first,
         order_code_mean_peer=with_first(mean, labelled, first, budget),
         order_eq2_sum_with_first=with_first(total, labelled, first, budget),
         order_eq2_sum_no_first=greedy(total, labelled, budget), order_code_mean_no_first=greedy(mean, labelled, budget),
         order_code_mean_unlabelled_start=with_first(mean, [], first, budget), euclid_unlabelled_index=pool,
         euclid_order_global=greedy(apart, labelled, budget),
         euclid_order_empty_labelled_local=with_first(local, [], 0, budget))
    return total, embedding


def save_k_center19():
    rng = np.random.default_rng(605)
    p, present = mixtures(rng, 24, 19, 0.3)
    total, mean, _ = context_distances(p, present)
    labelled, first = np.array([17, 3, 9], np.int32), np.int32(5)
    save("06_kcenter19", P=p, present=present, D_eq2_sum_f64=total, D_code_mean_f64=mean, labelled=labelled,
         first_random=first, order_code_mean_peer=with_first(mean, labelled, first, 8),
         order_eq2_sum_with_first=with_first(total, labelled, first, 8))


def save_rewards(total, embedding):
    rng = np.random.default_rng(606)
    picks = np.sort(rng.choice(len(total), 6, replace=False)).astype(np.int32)
    pixels = rng.integers(1, 90000, CLASSES)
    empty = np.where(np.arange(CLASSES) == 4, 0, pixels)
    among = total[np.ix_(picks, picks)]
    visual = np.exp(-euclidean(embedding)[:, picks].min(1).mean())
    semantic = np.log(pixels / LAMBDA).sum()
    save("06_cdal_rewards", picks=picks, case_file=np.array("06_kcenter120"), pixels=pixels,
         pixels_with_empty_class=empty, lam=np.float64(LAMBDA), alpha=np.float64(ALPHA), Rcd_eq3=among.sum(),
         Rcd_mean_over_pairs=among.mean(), Rvr_eq4=visual, Rsr_eq5=semantic,
         Rsr_guard1_empty_class=np.log(np.maximum(empty, 1) / LAMBDA).sum(),
         R_alpha075=ALPHA * among.sum() + (1 - ALPHA) * (visual + semantic))


def save_detector():
    """The detector's case: one vector per image, and the symmetric divergence of such vectors."""
    rng = np.random.default_rng(20)
    logits = rng.normal(0, 2, (150, 20)).astype(np.float32)
    p = np.exp(logits.astype(np.float64))
    p /= p.sum(1, keepdims=True)
    entropy = -(p * np.log(p)).sum(1)
    features = rng.dirichlet(np.ones(20) * 2, 6).astype(np.float32)
    f = features.astype(np.float64)
    divergence = 0.5 * ((f[:, None] - f[None]) * np.log(f[:, None] / f[None])).sum(2)
    picks = np.array([4, 1, 5], np.int32)
    save("06_cdal_detector", raw_logits=logits, mixture_f64=(entropy[:, None] * p).sum(0) / entropy.sum(),
         features=features, top_picks=picks, KL_object_f64=divergence,
         CD_mean_f64=divergence[np.ix_(picks, picks)].mean())


def main():
    save_distances()
    save_detector()
    save_rewards(*save_k_center())
    save_k_center19()


if __name__ == "__main__":
    main()
