package dev.assay.experiment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** "Did you mean": the known word with the smallest edit distance. */
public final class Nearest {
  private Nearest() {}

  /**
   * {@code " (did you mean 'x'?)"}, with all that are equally near, or nothing when no known word
   * is near.
   */
  public static String hint(String word, Collection<String> known) {
    List<String> best = new ArrayList<>();
    int bestDistance = Math.max(2, word.length() / 2) - 1;
    for (String candidate : known) {
      int elsewhere = section(word).equals(section(candidate)) ? 0 : 1;
      int distance =
          Math.min(distance(word, candidate), elsewhere + lastPartDistance(word, candidate));
      if (distance < bestDistance) {
        best.clear();
        bestDistance = distance;
      }
      if (distance == bestDistance) {
        best.add("'" + candidate + "'");
      }
    }
    return best.isEmpty() ? "" : " (did you mean " + String.join(" or ", best) + "?)";
  }

  /** Levenshtein's distance. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  /**
   * Distance of the last parts alone, so that a key in the wrong section is found; 1 when one only
   * continues the other. Without a likeness it is as large as the word.
   */
  private static int lastPartDistance(String word, String candidate) {
    String a = last(word);
    String b = last(candidate);
    if (b.startsWith(a + "_") || a.startsWith(b + "_")) {
      return 1;
    }
    int distance = distance(a, b);
    return distance <= a.length() / 3 ? distance : word.length();
  }

  private static String section(String key) {
    return key.substring(0, key.lastIndexOf('.') + 1);
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }
}
