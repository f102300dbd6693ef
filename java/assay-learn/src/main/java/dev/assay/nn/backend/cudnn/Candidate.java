package dev.assay.nn.backend.cudnn;

/**
 * An algorithm that the library offers for a convolution.
 *
 * @param determinism the library's flag
 * @param mathType the arithmetic it stands for
 */
record Candidate(int algorithm, int status, long memory, int determinism, int mathType) {}
