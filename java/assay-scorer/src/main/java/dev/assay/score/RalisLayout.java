package dev.assay.score;

import dev.assay.kernel.KlHistogram;
import dev.assay.kernel.RegionSignals;

/**
 * Where the parts of a RALIS feature vector lie (Casanova et al., ICLR 2020, section 3.2). A state
 * row is [class counts | min | avg | max of the entropy cells], an action row the same followed by
 * [KL to labelled | KL to pool]. The paper's ablations (1H, 3H, 3H+KL) are subsets of these parts.
 *
 * @param classes predicted classes, void not among them
 * @param reading how the class counts are written
 */
public record RalisLayout(int classes, Reading reading) {
  private static final int CELLS = RegionSignals.CELLS_PER_SIDE * RegionSignals.CELLS_PER_SIDE;

  /** The two readings of "class counts". */
  public enum Reading {
    /**
     * The published code: raw pixel counts with 1e-7 for a class that does not occur, and a last
     * entry for void, which is never predicted and hence always 1e-7.
     */
    PUBLISHED_CODE,
    /** The paper: counts divided by their sum, no entry for void. */
    PAPER
  }

  /**
   * Neighbouring columns of a row.
   *
   * @param from first column
   * @param width number of columns
   */
  public record Part(int from, int width) {
    /** The column behind the last. */
    public int end() {
      return from + width;
    }
  }

  /** Rejects a class count that kernels do not take. */
  public RalisLayout {
    if (classes < 1 || classes > 255) {
      throw new IllegalArgumentException("classes=" + classes + " must be in [1, 255]");
    }
  }

  /** Class counts or shares: C + 1 columns by the code's reading, C by the paper's. */
  public Part classCounts() {
    return new Part(0, reading == Reading.PAPER ? classes : classes + 1);
  }

  /** Smallest entropy of each cell, row by row. */
  public Part entropyMin() {
    return new Part(classCounts().end(), CELLS);
  }

  /** Mean entropy of each cell. */
  public Part entropyAvg() {
    return new Part(entropyMin().end(), CELLS);
  }

  /** Largest entropy of each cell; with the class counts alone, the paper's 1H. */
  public Part entropyMax() {
    return new Part(entropyAvg().end(), CELLS);
  }

  /** Histogram of the KL scores to the labelled regions; action rows only. */
  public Part labelledKl() {
    return new Part(stateWidth(), KlHistogram.BINS);
  }

  /** Histogram of the KL scores to all candidates of the step; action rows only. */
  public Part poolKl() {
    return new Part(labelledKl().end(), KlHistogram.BINS);
  }

  /** Columns of a state row. */
  public int stateWidth() {
    return entropyMax().end();
  }

  /** Columns of an action row. */
  public int actionWidth() {
    return poolKl().end();
  }
}
