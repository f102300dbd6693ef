package dev.assay.select;

/**
 * The best {@code k} of a stream of scored candidates: a bounded heap whose root is the worst one
 * kept. Larger scores are better; among equal scores the lower image, then the lower region. The
 * result does not depend on the order of arrival.
 */
final class TopK {
  private final Candidates candidates;
  private final int[] heap;
  private final double[] scores;
  private int size;

  TopK(Candidates candidates, int k) {
    if (k < 0) {
      throw new IllegalArgumentException("count=" + k + " must be >= 0");
    }
    this.candidates = candidates;
    this.heap = new int[k];
    this.scores = new double[k];
  }

  /** Offers one candidate; a NaN score is an error, never a rank. */
  void offer(int candidate, double score, String what) {
    if (Double.isNaN(score)) {
      throw new IllegalArgumentException(
          what
              + " of image "
              + candidates.image(candidate)
              + " region "
              + candidates.region(candidate)
              + " is NaN; a score must be a number");
    }
    if (size < heap.length) {
      set(size, candidate, score);
      siftUp(size++);
    } else if (size > 0 && worse(heap[0], scores[0], candidate, score)) {
      set(0, candidate, score);
      siftDown();
    }
  }

  int size() {
    return size;
  }

  /** Score of the worst candidate kept: the one {@link #pollWorst} returns next. */
  double worstScore() {
    return scores[0];
  }

  int pollWorst() {
    int worst = heap[0];
    size--;
    set(0, heap[size], scores[size]);
    siftDown();
    return worst;
  }

  private boolean worse(int a, double scoreA, int b, double scoreB) {
    return scoreA != scoreB ? scoreA < scoreB : candidates.before(b, a);
  }

  private boolean worseAt(int i, int j) {
    return worse(heap[i], scores[i], heap[j], scores[j]);
  }

  private void siftUp(int i) {
    while (i > 0 && worseAt(i, (i - 1) / 2)) {
      swap(i, (i - 1) / 2);
      i = (i - 1) / 2;
    }
  }

  private void siftDown() {
    int i = 0;
    while (true) {
      int worst = i;
      for (int child = 2 * i + 1; child <= 2 * i + 2 && child < size; child++) {
        if (worseAt(child, worst)) {
          worst = child;
        }
      }
      if (worst == i) {
        return;
      }
      swap(i, worst);
      i = worst;
    }
  }

  private void set(int i, int candidate, double score) {
    heap[i] = candidate;
    scores[i] = score;
  }

  private void swap(int i, int j) {
    int candidate = heap[i];
    double score = scores[i];
    set(i, heap[j], scores[j]);
    set(j, candidate, score);
  }
}
