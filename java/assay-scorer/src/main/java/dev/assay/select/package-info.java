/**
 * Which regions to label next, from columns that were computed before, on the heap, off it or in a
 * table file: strategies by name with modifiers before them, global top-k, one pick per pool,
 * explanations, and the rewards of contextual diversity. Every order is total (score, then image,
 * then place) and every random number is a function of (seed, round, purpose, image, place) or of a
 * counter, so a selection does not depend on threads, chunks, or the order of the candidates.
 */
package dev.assay.select;
