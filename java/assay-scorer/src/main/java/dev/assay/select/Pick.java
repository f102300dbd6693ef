package dev.assay.select;

import java.util.Map;

/**
 * One chosen region.
 *
 * @param candidate its number among the candidates
 * @param score what it won with; larger is better
 * @param parts the quantities the score was made from, by name
 */
public record Pick(int candidate, double score, Map<String, Double> parts) {}
