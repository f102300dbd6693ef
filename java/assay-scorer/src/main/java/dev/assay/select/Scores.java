package dev.assay.select;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scores of one round and what they are made from, for any candidate of a subset. */
interface Scores {
  /** The score of candidate {@code i}; larger is picked first. */
  double score(int i);

  /** The names of the parts. */
  List<String> parts();

  /** One part of candidate {@code i}. */
  double part(int part, int i);

  /** All parts of candidate {@code i} by name. */
  default Map<String, Double> named(int i) {
    Map<String, Double> named = new LinkedHashMap<>();
    List<String> names = parts();
    for (int p = 0; p < names.size(); p++) {
      named.put(names.get(p), part(p, i));
    }
    return named;
  }
}
