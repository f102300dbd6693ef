package dev.assay.rl;

import java.util.BitSet;

/**
 * What a policy drew once from its probabilities, and what it was worth.
 *
 * @param selected the images that were drawn
 * @param reward of that selection
 */
public record Episode(BitSet selected, double reward) {}
