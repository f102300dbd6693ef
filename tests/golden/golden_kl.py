"""KL scores and their histograms in NumPy float64, straight from the definitions, for make_golden.py:

  03_histogram_rule            c{i}_scores, c{i}_counts_canonical: 32 bins over the scores' own range
  03_kl_hist                   cand_hist (counts with 1e-7 for 0), lab_dist (proportions with 1e-7 for 0);
                               hist_lab_{L}_canonical, edge_margin_lab_{L} against the first L of lab_dist; hist_pool_f64,
                               edge_margin_pool, pool_min, pool_max against cand_hist; kl_pool_f64, kl_lab_f64 of kl_pool_rows
  03_state_full                pool [pools, per pool, 268] with random entropy cells and the histograms of its own class counts,
                               labelled_dist
"""
import numpy as np

BINS = 32
FILL = 1e-7


def edges_of(lo, hi):
    edges = lo + np.arange(BINS + 1) * ((hi - lo) / BINS)
    edges[-1] = hi
    return edges


def counts_of(scores):
    """numpy.histogram over [min, max], and the rule for scores that count as equal: all in bin 16."""
    lo, hi = scores.min(), scores.max()
    if hi - lo <= 1e-9 * max(1.0, abs(hi)):
        return np.bincount([BINS // 2], [len(scores)], BINS).astype(np.int64)
    bins = np.searchsorted(edges_of(lo, hi), scores, side="right") - 1
    return np.bincount(np.minimum(bins, BINS - 1), minlength=BINS)


def kl_scores(candidates, references):
    """KL(candidate || reference), both normalised, [M, L]."""
    p = candidates / candidates.sum(1, keepdims=True)
    q = references / references.sum(1, keepdims=True)
    return np.maximum(0.0, (p * np.log(p)).sum(1)[:, None] - p @ np.log(q).T)


def histograms(scores):
    if scores.shape[1] == 0:
        return np.zeros((len(scores), BINS))
    return np.stack([counts_of(row) / len(row) for row in scores])


def edge_margins(scores):
    """Distance, in bin widths, of the score closest to an inner edge; 0 where all scores are equal."""
    margins = np.zeros(len(scores))
    for i, row in enumerate(scores):
        lo, hi = row.min(), row.max()
        if hi - lo > 1e-9 * max(1.0, abs(hi)):
            inner = edges_of(lo, hi)[1:-1]
            others = row[(row > lo) & (row < hi)]
            gaps = np.abs(others[:, None] - inner[None]) / ((hi - lo) / BINS)
            margins[i] = gaps.min() if gaps.size else 1.0
    return margins


def action_histograms(counts, labelled):
    """The last 64 columns of an action row: KL to the labelled set, KL to all candidates."""
    return np.concatenate([histograms(kl_scores(counts, labelled)), histograms(kl_scores(counts, counts))], 1)


def draw_rows(rng, rows, pixels, columns):
    """Counts of regions that mostly hold one to four classes."""
    out = np.zeros((rows, columns))
    for row in out:
        classes = rng.choice(columns - 1, rng.integers(1, 5), replace=False)
        row[classes] = rng.multinomial(pixels, rng.dirichlet(np.full(len(classes), 0.6)))
    return out


def filled(rows):
    return np.where(rows == 0, FILL, rows)


def draw_labelled(rng, rows, pixels, columns):
    """Proportions, some with a share of void in the last column."""
    counts = draw_rows(rng, rows, pixels, columns)
    void = rng.integers(0, pixels // 10, rows) * (rng.random(rows) < 0.3)
    counts[np.arange(rows), counts.argmax(1)] += pixels - counts.sum(1)
    moved = np.minimum(void, counts.max(1))
    counts[np.arange(rows), counts.argmax(1)] -= moved
    counts[:, -1] = moved
    return filled(counts / pixels)


def rule_cases(rng):
    """Scores on edges, equal, single, tied, nearly equal, and two rounding errors apart."""
    return [np.full(7, 3.25), np.array([2.0]), np.arange(33) / 32, np.linspace(0, 3.2, 33), np.array([0.0, 0, 0, 1]),
            np.linspace(0, 25.3, 200), rng.gamma(2.0, 2.0, 200), np.array([0.0, 1e-300]), np.array([0.3, 0.3, 0.3, 0.6]),
            rng.choice([0.0, 0.676], 100), np.array([-2e-16, 0.0, 1e-16, 16.1]),
            7.7 * rng.integers(0, 33, 120) / 32, np.array([1e-12, 1.001e-12, 2e-12]),
            np.concatenate([[1.0], np.nextafter(1.0 + np.arange(1, 32) / 32, 0), [2.0]])]


def save_rule(save, rng):
    arrays = {}
    cases = rule_cases(rng)
    for i, scores in enumerate(cases):
        arrays[f"c{i}_scores"] = scores
        arrays[f"c{i}_counts_canonical"] = counts_of(scores)
    save("03_histogram_rule", n=np.int32(len(cases)), **arrays)


def save_kl(save, rng, columns, pixels):
    candidates = filled(draw_rows(rng, 60, pixels, columns))
    labelled = draw_labelled(rng, 48, pixels, columns)
    arrays = {}
    for count in (0, 1, 2, 24, 48):
        scores = kl_scores(candidates, labelled[:count])
        arrays[f"hist_lab_{count}_canonical"] = histograms(scores)
        if count > 0:
            arrays[f"edge_margin_lab_{count}"] = edge_margins(scores)
    pool = kl_scores(candidates, candidates)
    rows = np.array([0, 7, 59], np.int32)
    save("03_kl_hist", cand_hist=candidates, lab_dist=labelled, hist_pool_f64=histograms(pool),
         edge_margin_pool=edge_margins(pool), pool_min=pool.min(1), pool_max=pool.max(1), kl_pool_rows=rows,
         kl_pool_f64=pool[rows], kl_lab_f64=kl_scores(candidates[rows], labelled), **arrays)


def save_state(save, rng, columns, pixels):
    counts = filled(draw_rows(rng, 24, pixels, columns))
    labelled = draw_labelled(rng, 12, pixels, columns)
    cells = np.round(rng.gamma(1.0, 0.4, (24, 192)) * 64) / 64
    pool = np.concatenate([counts, cells, action_histograms(counts, labelled)], 1)
    save("03_state_full", pool=pool.reshape(4, 6, -1).astype(np.float32), labelled_dist=labelled)


def save_all(save, columns, pixels):
    rng = np.random.default_rng(109)
    save_rule(save, rng)
    save_kl(save, rng, columns, pixels)
    save_state(save, rng, columns, pixels)
