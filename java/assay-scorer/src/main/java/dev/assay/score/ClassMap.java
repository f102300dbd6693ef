package dev.assay.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which class of a policy each class of the data at hand counts as, so that a policy can be used on
 * data with other classes than those it was trained with. Several classes may count as one, whose
 * pixels are then added up; a class may count as none, and its pixels are left out; a policy's
 * class that nothing counts as is absent. Immutable.
 */
public final class ClassMap {
  /** The name of no class. */
  public static final String NONE = "-";

  private final int dataClasses;
  private final int[][] sources;

  private ClassMap(int dataClasses, int[][] sources) {
    this.dataClasses = dataClasses;
    this.sources = sources;
  }

  /** Every class counts as itself. */
  public static ClassMap identity(int classes) {
    return new ClassMap(
        classes, IntStream.range(0, classes).mapToObj(c -> new int[] {c}).toArray(int[][]::new));
  }

  /**
   * Every class counts as the policy's class of the same name, unless {@code given} says otherwise.
   *
   * @param data names of the classes at hand
   * @param policy names of the policy's classes
   * @param given from some of {@code data} to names of {@code policy} or {@value #NONE}
   * @throws IllegalArgumentException naming the classes that count as nothing known, and the given
   *     names that no class has
   */
  public static ClassMap byName(List<String> data, List<String> policy, Map<String, String> given) {
    requireKnown(data, policy, given);
    List<String> unmatched = new ArrayList<>();
    List<List<Integer>> sources = new ArrayList<>();
    policy.forEach(name -> sources.add(new ArrayList<>()));
    for (int c = 0; c < data.size(); c++) {
      String name = given.getOrDefault(data.get(c), data.get(c));
      int target = policy.indexOf(name);
      if (target >= 0) {
        sources.get(target).add(c);
      } else if (!name.equals(NONE)) {
        unmatched.add(data.get(c));
      }
    }
    if (!unmatched.isEmpty()) {
      throw new IllegalArgumentException(
          "the policy has no classes "
              + unmatched
              + "; say which of "
              + policy
              + " each counts as, or "
              + NONE
              + " for none");
    }
    return new ClassMap(
        data.size(),
        sources.stream()
            .map(from -> from.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new));
  }

  private static void requireKnown(
      List<String> data, List<String> policy, Map<String, String> given) {
    given.forEach(
        (from, to) -> {
          if (!data.contains(from)) {
            throw new IllegalArgumentException(
                "class map: '" + from + "' must be one of the data's " + data);
          }
          if (!policy.contains(to) && !to.equals(NONE)) {
            throw new IllegalArgumentException(
                "class map: '" + to + "' must be one of the policy's " + policy + " or " + NONE);
          }
        });
  }

  /** Number of classes of the data at hand. */
  public int dataClasses() {
    return dataClasses;
  }

  /** Number of classes of the policy. */
  public int policyClasses() {
    return sources.length;
  }

  /** The classes of the data that count as the policy's class {@code c}, not to be changed. */
  int[] sources(int c) {
    return sources[c];
  }
}
