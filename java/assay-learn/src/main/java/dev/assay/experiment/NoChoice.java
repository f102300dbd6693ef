package dev.assay.experiment;

import dev.assay.select.RandomKeys;

/** For chains that choose nothing after round 0. */
final class NoChoice implements Chooser {
  @Override
  public boolean needsNetwork() {
    return false;
  }

  @Override
  public Choice choose(
      LabelledSet labelled, int count, RandomKeys keys, ProgressListener listener, String message) {
    throw new IllegalStateException("nothing is chosen here");
  }
}
