package dev.assay.select;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The best {@code k} of a stream of scored regions: a bounded heap whose root is the worst one
 * kept. Larger scores are better; among equal scores the lower image, then the lower place. The
 * result does not depend on the order of arrival, nor on how the stream was cut into shards that
 * are merged at the end. Memory is 28 bytes x k. Not synchronised.
 */
public final class TopK {
  /**
   * A region kept.
   *
   * @param score larger is better
   * @param image image index
   * @param place what names the region within its image, see {@link Candidates#place}
   * @param id the caller's own number for it
   */
  public record Entry(double score, int image, long place, long id) {}

  private final double[] scores;
  private final int[] images;
  private final long[] places;
  private final long[] ids;
  private int size;

  /** Keeps the best {@code k}. */
  public TopK(int k) {
    if (k < 0) {
      throw new IllegalArgumentException("count=" + k + " must be >= 0");
    }
    this.scores = new double[k];
    this.images = new int[k];
    this.places = new long[k];
    this.ids = new long[k];
  }

  /**
   * Whether a region of that score might be kept; asking first spares looking up its name. True for
   * NaN, so that {@link #offer} refuses it.
   */
  public boolean wants(double score) {
    return scores.length > 0 && (size < scores.length || !(score < scores[0]));
  }

  /**
   * Offers one region.
   *
   * @throws IllegalArgumentException if the score is NaN, which has no rank
   */
  public void offer(double score, int image, long place, long id) {
    if (Double.isNaN(score)) {
      throw new IllegalArgumentException(
          "score of image " + image + " place " + place + " is NaN; a score must be a number");
    }
    if (size < scores.length) {
      set(size, score, image, place, id);
      siftUp(size++);
    } else if (size > 0 && worse(scores[0], images[0], places[0], score, image, place)) {
      set(0, score, image, place, id);
      siftDown();
    }
  }

  /** Offers everything that another stream kept, which stays as it is. */
  public void merge(TopK other) {
    for (int i = 0; i < other.size; i++) {
      offer(other.scores[i], other.images[i], other.places[i], other.ids[i]);
    }
  }

  /** How many regions are kept. */
  public int size() {
    return size;
  }

  /** Removes and returns what is kept, best first. */
  public List<Entry> drain() {
    List<Entry> entries = new ArrayList<>(size);
    while (size > 0) {
      entries.add(new Entry(scores[0], images[0], places[0], ids[0]));
      size--;
      set(0, scores[size], images[size], places[size], ids[size]);
      siftDown();
    }
    Collections.reverse(entries);
    return entries;
  }

  private static boolean worse(
      double scoreA, int imageA, long placeA, double scoreB, int imageB, long placeB) {
    if (scoreA != scoreB) {
      return scoreA < scoreB;
    }
    return imageA != imageB ? imageA > imageB : placeA > placeB;
  }

  private boolean worseAt(int i, int j) {
    return worse(scores[i], images[i], places[i], scores[j], images[j], places[j]);
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

  private void set(int i, double score, int image, long place, long id) {
    scores[i] = score;
    images[i] = image;
    places[i] = place;
    ids[i] = id;
  }

  private void swap(int i, int j) {
    double score = scores[i];
    int image = images[i];
    long place = places[i];
    long id = ids[i];
    set(i, scores[j], images[j], places[j], ids[j]);
    set(j, score, image, place, id);
  }
}
