package dev.assay.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopKTest {
  /** Many ties, infinities among the scores, places beyond 32 bits. */
  private static List<TopK.Entry> regions(long seed) {
    Random random = new Random(seed);
    List<TopK.Entry> regions = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double score = i % 50 == 0 ? Double.NEGATIVE_INFINITY : random.nextInt(6);
      regions.add(new TopK.Entry(score, i / 20, (long) (i % 20) << 33, i));
    }
    return regions;
  }

  private static List<TopK.Entry> sorted(List<TopK.Entry> regions, int k) {
    return regions.stream()
        .sorted(
            Comparator.comparingDouble(TopK.Entry::score)
                .reversed()
                .thenComparing(TopK.Entry::image)
                .thenComparing(TopK.Entry::place))
        .limit(k)
        .toList();
  }

  private static void offer(TopK best, List<TopK.Entry> regions) {
    for (TopK.Entry r : regions) {
      if (best.wants(r.score())) {
        best.offer(r.score(), r.image(), r.place(), r.id());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 100, 499, 500, 600})
  void anyOrderAndAnyShardsGiveTheSame(int k) {
    List<TopK.Entry> expected = sorted(regions(1), k);
    for (int seed = 0; seed < 10; seed++) {
      List<TopK.Entry> shuffled = regions(1);
      Random random = new Random(seed);
      Collections.shuffle(shuffled, random);
      TopK whole = new TopK(k);
      TopK merged = new TopK(k);
      for (int from = 0; from < shuffled.size(); ) {
        int to = Math.min(shuffled.size(), from + 1 + random.nextInt(150));
        TopK shard = new TopK(k);
        offer(shard, shuffled.subList(from, to));
        offer(whole, shuffled.subList(from, to));
        merged.merge(shard);
        from = to;
      }
      assertEquals(expected, whole.drain());
      assertEquals(expected, merged.drain());
      assertEquals(0, whole.size());
    }
  }

  @Test
  void nanIsRefusedAndWorseIsNotWanted() {
    TopK best = new TopK(1);
    assertTrue(best.wants(-1));
    best.offer(1, 0, 0, 0);
    assertFalse(best.wants(0.5));
    assertTrue(best.wants(1));
    assertTrue(best.wants(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> best.offer(Double.NaN, 2, 3, 0));
    assertThrows(IllegalArgumentException.class, () -> new TopK(-1));
  }
}
