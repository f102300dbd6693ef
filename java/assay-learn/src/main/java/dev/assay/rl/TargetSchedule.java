package dev.assay.rl;

/**
 * When the target network takes over the policy's weights: at steps 0, every, 2 every ... of each
 * episode.
 */
public record TargetSchedule(int every) {
  /** The public code's value; the paper gives none. */
  public static final TargetSchedule RALIS = new TargetSchedule(5);

  /** Checks the range. */
  public TargetSchedule {
    if (every < 1) {
      throw new IllegalArgumentException("every=" + every + " must be >= 1");
    }
  }

  /** Whether it is time at {@code step} of an episode, counted from 0. */
  public boolean due(long step) {
    return step % every == 0;
  }
}
