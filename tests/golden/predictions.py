"""The vectors of several predictions of one image: 05_bald_* and 05_equal_flip. Imported by make_golden.py.

  05_bald_*       logits [T,C,h,w]; bald_f64 = H(mean p) - mean H(p), predictive_entropy, expected_entropy, mean_prob_argmax,
                  region_score_f64 = mean of bald_f64
  05_equal_flip   logits, logits_flipped_pass; equal_score_f64 = entropy_mean_f64 + entropy_mean_flip_f64; after mirroring the
                  second back: alt_symkl_mean_f64 = mean of half the sum of both KL divergences, alt_js_mean_f64,
                  alt_entropy_of_mean_f64, alt_argmax_disagree_frac
"""
import numpy as np


def log_softmax(logits, axis):
    x = logits.astype(np.float64)
    shifted = x - x.max(axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis, keepdims=True))


def entropy(p, axis):
    return -np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0)), 0.0).sum(axis)


def halves(values):
    """Steps of 1/32, which fp16 holds exactly."""
    return (np.round(values * 32) / 32).astype(np.float16)


def noisy_passes(rng, logits, passes, noise):
    """Passes that differ more where a blocky map says so, like those of a network with dropout."""
    height, width = logits.shape[1:]
    doubt = rng.choice([0.1, 0.5, 2.0], (height // 8 + 1, width // 8 + 1))
    doubt = np.repeat(np.repeat(doubt, 8, 0), 8, 1)[:height, :width]
    return halves(logits.astype(np.float64) + rng.normal(0, noise, (passes,) + logits.shape) * doubt)


def save_bald(save, name, logits):
    p = np.exp(log_softmax(logits, 1))
    mean = p.mean(0)
    predictive = entropy(mean, 0)
    expected = entropy(p, 1).mean(0)
    # A float engine must be able to tell the most probable class from the next.
    second, best = np.sort(mean, 0)[-2:]
    assert (best - second > 2e-6).all(), (best - second).min()
    save(name, logits=logits, bald_f64=predictive - expected, mean_prob_argmax=mean.argmax(0).astype(np.uint8),
         region_score_f64=np.float64((predictive - expected).mean()), predictive_entropy=predictive,
         expected_entropy=expected)


def save_flip(save, logits, flipped_pass):
    p_log, q_log = log_softmax(logits, 0), log_softmax(flipped_pass[:, :, ::-1], 0)
    p, q = np.exp(p_log), np.exp(q_log)
    mean = (p + q) / 2
    first, second = entropy(p, 0).mean(), entropy(q, 0).mean()
    symmetric = ((p - q) * (p_log - q_log)).sum(0).mean() / 2
    save("05_equal_flip", logits=logits, logits_flipped_pass=flipped_pass, entropy_mean_f64=np.float64(first),
         entropy_mean_flip_f64=np.float64(second), equal_score_f64=np.float64(first + second),
         alt_symkl_mean_f64=np.float64(symmetric), alt_js_mean_f64=np.float64(entropy(mean, 0).mean() - (first + second) / 2),
         alt_entropy_of_mean_f64=np.float64(entropy(mean, 0).mean()),
         alt_argmax_disagree_frac=np.float64((p_log.argmax(0) != q_log.argmax(0)).mean()))


def save_predictions(save, image):
    """`image`: logits [C,h,w] of a scene. Crops are small: names keep the sizes that vectors of real data have."""
    rng = np.random.default_rng(109)
    save_bald(save, "05_bald_T20_45x80", noisy_passes(rng, image[:, :15, 10:35], 20, 1.0))
    save_bald(save, "05_bald_T5_90x80", noisy_passes(rng, image[:, :30, 10:46], 5, 1.0))
    save_bald(save, "05_bald_T8_random19", halves(rng.normal(0, 3, (8, 19, 12, 12))))
    one = (rng.normal(0, 2, (11, 8, 8)) + np.arange(11)[:, None, None] * 1e-3).astype(np.float32)
    save_bald(save, "05_bald_identical_passes", np.repeat(one[None], 20, 0))
    # A prediction of the mirrored image that is nearly the mirrored prediction, on an odd width.
    logits = halves(image[:, :30, :59].astype(np.float64))
    save_flip(save, logits, noisy_passes(rng, logits[:, :, ::-1], 1, 1.5)[0])
