/**
 * JMH benchmarks of the kernels as Java callers see them; bench/README.md says how each number is
 * made.
 */
package dev.assay.bench;
