/**
 * Which regions to label next, from scores and counts that are already on the heap: strategies by
 * name, global top-k, one pick per pool, and the rewards of contextual diversity. Every order is
 * total (score, then image, then region) and every random number is a function of (seed, round,
 * purpose, image, region), so a selection does not depend on threads, chunks, or what was drawn
 * before.
 */
package dev.assay.select;
