package dev.assay.bench;

/** What a tensor library computed for each pixel; entropy in nats. */
record PeerMaps(float[] entropy, long[] argmax, float[] maxProbability) {}
