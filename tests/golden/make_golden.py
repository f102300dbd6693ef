#!/usr/bin/env python3
"""Writes Assay's own golden vectors for the scoring kernels into the directory of this script.

Inputs are synthetic and seeded; expected values are computed here, in NumPy float64, straight from the definitions, and by
nothing of Assay's. The arrays are those that a golden directory of real data has, so that one suite reads both:

  00_input_{A,B,C}_{top,bot}   logits f2 [C,h,w] in two halves, label u1, row0
  01_softmax_*                 logits; entropy_nat, entropy_log2_eps, argmax, maxprob
  02_region_80x90, _128x128    input_image, region_xy, region_wh, kernel_yx; feature_f64 = [histogram with 1e-7 for absent
                               classes and for void | min | avg | max grids], hist_normalised_paper
  02_region_odd_sizes          s{i}_wh, s{i}_entropy, s{i}_pred, s{i}_grid_yx, s{i}_feature_f64 from given maps
  03_*                         see golden_kl.py
  04_compute_state_e2e         region_candidates (image, x, y) of image A with pool_f64, the grid of image B with subset_f64:
                               vectors as in 02, pool_f64 with the KL histograms to lab_dist and to itself (03);
                               H_region_candidates of A and B (C is smaller than
                               a region), their mean entropies H_score_f64, the index of each pool's largest H_action
  05_image_entropy             images, mean_entropy_nat_f64
  05_bald_*, 05_equal_flip     see predictions.py
  07_metrics                   gt, pred, confusion_gt_pred, iou, miou, pixel_acc and a case with absent classes (syn_*);
                               train_pixel_count, and by it weights w_* and weighted IoU wiou_norm_*: 1 / ln(1.02 + f) and
                               1 / ln(f + 1e-8), f a class's share of the pixels

Usage: python3 tests/golden/make_golden.py
"""
import pathlib

import numpy as np

import golden_kl
from predictions import save_predictions

HERE = pathlib.Path(__file__).resolve().parent
CLASSES = 11
VOID = 11
EPS = 1e-8
REGION = (80, 90)
# Image B in regions: x outer, y inner, as the regions of a grid are listed.
B_GRID = [(x, y) for x in (0, 80) for y in (0, 90)]


def save(name, **arrays):
    """np.savez_compressed with fixed time stamps, so that the same values give the same bytes."""
    import io
    import zipfile

    with zipfile.ZipFile(HERE / f"{name}.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for key, value in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(value, order="C"), allow_pickle=False)
            info = zipfile.ZipInfo(f"{key}.npy", (2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue(), compresslevel=9)


def scene(rng, height, width, classes=CLASSES):
    """Labels of a blocky scene, and logits in steps of 1/8 that mostly agree with them."""
    rows = rng.integers(0, classes, (height // 10 + 1, width // 10 + 1))
    label = np.repeat(np.repeat(rows, 10, 0), 10, 1)[:height, :width]
    sure = np.repeat(np.repeat(rng.choice([0.5, 2.0, 4.0, 9.0], rows.shape), 10, 0), 10, 1)[:height, :width]
    base = np.repeat(np.repeat(rng.normal(0, 1.5, (classes,) + rows.shape), 10, 1), 10, 2)[:, :height, :width]
    logits = base + (np.arange(classes)[:, None, None] == label) * sure
    logits += rng.normal(0, 0.2, logits.shape)
    label = np.where(rng.random(label.shape) < 0.02, VOID, label)
    return (np.round(logits * 8) / 8).astype(np.float16), label.astype(np.uint8)


def softmax_signals(logits):
    """Entropy in nats, entropy in bits with the addend EPS, argmax (lowest index among equals), largest probability."""
    x = logits.astype(np.float64)
    shifted = x - x.max(0)
    log_p = shifted - np.log(np.exp(shifted).sum(0))
    p = np.exp(log_p)
    entropy = -np.where(p > 0, p * log_p, 0.0).sum(0)
    return entropy, entropy / np.log(2.0) + EPS, x.argmax(0).astype(np.uint8), p.max(0)


def save_softmax(name, logits):
    entropy, bits, argmax, largest = softmax_signals(logits)
    two = np.sort(logits.astype(np.float64), 0)[-2:]
    save(name, logits=logits, entropy_nat=entropy, entropy_log2_eps=bits, eps=np.float64(EPS), argmax=argmax,
         maxprob=largest, n_exact_top2_ties=np.int32((two[0] == two[1]).sum()))


def extreme_logits():
    """All equal, +-1e4, +-3e4, -1e30, exact ties, one-hot: a row of 16 pixels for each of 16 kinds."""
    rng = np.random.default_rng(104)
    x = rng.normal(0, 3, (CLASSES, 16, 16)).astype(np.float32)
    x[:, 0:4] = 0.0
    x[:, 4] = 1e4
    x[:, 5] = -1e4
    x[:, 6] = np.where(np.arange(CLASSES)[:, None] == np.arange(16) % CLASSES, 3e4, -3e4)
    x[:, 7] = np.where(np.arange(CLASSES)[:, None] == np.arange(16) % CLASSES, 5.0, -1e30)
    x[:, 8] = -1e30
    x[3, 9] = x[7, 9] = 20.0
    x[0, 10] = x[10, 10] = 8.0
    x[:, 11] = np.round(x[:, 11])
    x[:, 12] = np.where(np.arange(CLASSES)[:, None] < 2, 1e4, 0.0)
    return x


def pooled(entropy, kernel_h, kernel_w):
    """Minimum, mean and maximum over the first eight windows each way."""
    cells = entropy[: 8 * kernel_h, : 8 * kernel_w].reshape(8, kernel_h, 8, kernel_w)
    return cells.min((1, 3)), cells.mean((1, 3)), cells.max((1, 3))


def region_feature(entropy, prediction):
    counts = np.bincount(prediction.ravel(), minlength=CLASSES + 1).astype(np.float64)
    histogram = np.where(counts == 0, 1e-7, counts)
    height, width = entropy.shape
    grids = pooled(entropy, height // 8, width // 8)
    return np.concatenate([histogram] + [g.ravel() for g in grids])


def cuts_of(corners, size):
    width, height = size
    return [np.s_[y:y + height, x:x + width] for x, y in corners]


def region_features(entropy, prediction, cuts):
    return np.stack([region_feature(entropy[cut], prediction[cut]) for cut in cuts])


def save_regions(name, image, logits, corners, size):
    entropy, _, prediction, _ = softmax_signals(logits)
    width, height = size
    cuts = cuts_of(corners, size)
    features = region_features(entropy, prediction, cuts)
    shares = np.stack([np.bincount(prediction[cut].ravel(), minlength=CLASSES) / (width * height) for cut in cuts])
    save(name, input_image=np.array(image), region_xy=np.array(corners, np.int32), region_wh=np.array(size, np.int32),
         kernel_yx=np.array([height // 8, width // 8], np.int32), feature_f64=features, hist_normalised_paper=shares)


def save_odd_sizes():
    """Sides that are multiples of 8 or leave less than a window over, so that the grid is 8 x 8 by every reading."""
    rng = np.random.default_rng(106)
    sizes = [(80, 90), (128, 128), (100, 100), (64, 64), (90, 80), (72, 40), (8, 8)]
    arrays = {"n": np.int32(len(sizes))}
    for i, (width, height) in enumerate(sizes):
        entropy = (np.round(rng.gamma(1.0, 0.4, (height, width)) * 256) / 256).clip(0, 2.3).astype(np.float32)
        prediction = np.repeat(rng.integers(0, CLASSES, (height, width // 4 + 1)), 4, 1)[:, :width].astype(np.uint8)
        arrays[f"s{i}_wh"] = np.array([width, height], np.int32)
        arrays[f"s{i}_entropy"] = entropy
        arrays[f"s{i}_pred"] = prediction
        arrays[f"s{i}_grid_yx"] = np.array([8, 8], np.int32)
        arrays[f"s{i}_feature_f64"] = region_feature(entropy.astype(np.float64), prediction)
    save("02_region_odd_sizes", **arrays)


def save_image_entropy(images):
    means = [softmax_signals(logits)[0].mean() for logits in images.values()]
    save("05_image_entropy", images=np.array(list(images)), mean_entropy_nat_f64=np.array(means))


def draw_candidates(rng, shapes, pools, per_pool):
    """Regions anywhere inside images of these (height, width), as (image, x, y), i4 [pools, per_pool, 3]."""
    width, height = REGION
    image = rng.integers(0, len(shapes), (pools, per_pool))
    last = np.array(shapes)[image] - (height, width)
    y, x = (rng.integers(0, last[..., axis] + 1) for axis in (0, 1))
    return np.stack([image, x, y], 2).astype(np.int32)


def save_chain(images):
    signals = [softmax_signals(images[name]) for name in "AB"]
    entropy = [s[0] for s in signals]
    prediction = [s[2] for s in signals]
    shapes = [e.shape for e in entropy]
    rng = np.random.default_rng(108)
    candidates = draw_candidates(rng, shapes[:1], 4, 6)
    pool = region_features(entropy[0], prediction[0], cuts_of(candidates.reshape(-1, 3)[:, 1:], REGION))
    subset = region_features(entropy[1], prediction[1], cuts_of(B_GRID, REGION))
    h_candidates = draw_candidates(rng, shapes, 6, 12)
    labelled = golden_kl.draw_labelled(np.random.default_rng(110), 10, REGION[0] * REGION[1], CLASSES + 1)
    pool = np.concatenate([pool, golden_kl.action_histograms(pool[:, :CLASSES + 1], labelled)], 1)
    flat = h_candidates.reshape(-1, 3)
    scores = np.array([entropy[n][cut].mean() for n, cut in zip(flat[:, 0], cuts_of(flat[:, 1:], REGION))]).reshape(6, 12)
    # A float engine must be able to tell the largest score of a pool from the next.
    best, second = np.sort(scores, 1)[:, :-3:-1].T
    assert (best - second > 1e-4).all(), best - second
    save("04_compute_state_e2e", candidate_image=np.array("A"), state_image=np.array("B"), region_candidates=candidates,
         lab_dist=labelled, pool_f64=pool.reshape(4, 6, -1), subset_f64=subset, H_region_candidates=h_candidates,
         H_score_f64=scores, H_action=scores.argmax(1).astype(np.int32))


def confusion(truth, prediction):
    """Rows truth; void truth is skipped whatever was predicted."""
    counted = truth != VOID
    pairs = truth[counted].astype(np.int64) * CLASSES + prediction[counted]
    return np.bincount(pairs, minlength=CLASSES * CLASSES).reshape(CLASSES, CLASSES)


def iou_of(matrix):
    """Per class; NaN for a class in neither truth nor prediction."""
    hits = np.diag(matrix).astype(np.float64)
    union = matrix.sum(0) + matrix.sum(1) - hits
    return np.divide(hits, union, out=np.full(CLASSES, np.nan), where=union > 0)


def save_metrics():
    rng = np.random.default_rng(107)
    truth = np.stack([scene(rng, 90, 120)[1] for _ in range(3)])
    noise = np.repeat(np.repeat(rng.integers(0, CLASSES, (3, 18, 24)), 5, 1), 5, 2)
    wrong = np.repeat(np.repeat(rng.random((3, 18, 24)) < 0.3, 5, 1), 5, 2)
    prediction = np.where(wrong | (truth == VOID), noise, truth).astype(np.uint8)
    matrix = confusion(truth, prediction)
    iou = iou_of(matrix)
    # Class 9 in neither, class 8 in the truth alone, class 7 in the prediction alone.
    syn_truth = rng.choice([0, 1, 2, 3, 4, 5, 6, 8, 10, VOID], (64, 64)).astype(np.uint8)
    syn_prediction = rng.choice([0, 1, 2, 3, 4, 5, 6, 7, 10], (64, 64)).astype(np.uint8)
    syn_matrix = confusion(syn_truth, syn_prediction)
    syn_iou = iou_of(syn_matrix)
    pixels = np.bincount(truth[truth < CLASSES], minlength=CLASSES).astype(np.int64)
    weights = {"eps1.02": 1 / np.log(1.02 + pixels / pixels.sum()), "printed_eps1e-8": 1 / np.log(pixels / pixels.sum() + 1e-8)}
    weighted = {f"w_{name}": w for name, w in weights.items()}
    weighted.update({f"wiou_norm_{name}": np.float64((w * iou).sum() / w.sum()) for name, w in weights.items()})
    save("07_metrics", gt=truth, pred=prediction, confusion_gt_pred=matrix, iou=iou, miou=np.nanmean(iou),
         pixel_acc=np.float64(np.trace(matrix) / matrix.sum()), syn_gt=syn_truth, syn_pred=syn_prediction,
         syn_confusion_gt_pred=syn_matrix, syn_iou=syn_iou, syn_miou_nanmean=np.nanmean(syn_iou),
         train_pixel_count=pixels, **weighted)


def main():
    images = {}
    for seed, (name, half, width) in enumerate([("A", 64, 160), ("B", 90, 160), ("C", 20, 48)]):
        logits, label = scene(np.random.default_rng(seed), 2 * half, width)
        images[name] = logits
        for part, first in (("top", 0), ("bot", half)):
            rows = np.s_[first:first + half]
            save(f"00_input_{name}_{part}", logits=logits[:, rows], label=label[rows], row0=np.int32(first))
    save_softmax("01_softmax_camvid_crop1", images["A"][:, 10:50, 20:90])
    save_softmax("01_softmax_camvid_crop2", images["B"][:, 60:100, 5:66])
    save_softmax("01_softmax_extreme", extreme_logits())
    random19 = np.random.default_rng(105).normal(0, 3, (19, 24, 32)).astype(np.float16)
    save_softmax("01_softmax_random19", random19)
    save_regions("02_region_80x90", "B", images["B"], B_GRID, REGION)
    save_regions("02_region_128x128", "A", images["A"], [(0, 0), (32, 0), (13, 0)], (128, 128))
    save_odd_sizes()
    golden_kl.save_all(save, CLASSES + 1, REGION[0] * REGION[1])
    save_chain(images)
    save_image_entropy(images)
    save_predictions(save, images["B"])
    save_metrics()


if __name__ == "__main__":
    main()
