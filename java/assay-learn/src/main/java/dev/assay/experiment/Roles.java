package dev.assay.experiment;

/**
 * Which training images play which part in RALIS's terms; indices are ascending.
 *
 * @param acquisition D_V: images whose regions strategies choose from
 * @param training D_T: images that are fully labelled from the start, on which a policy is trained
 * @param state D_S: images whose predictions are a policy's state
 * @param reward D_R: images on which rewards and early stopping are measured; empty: the val split
 */
record Roles(int[] acquisition, int[] training, int[] state, int[] reward) {
  /** Every image may be chosen from, and none is labelled. */
  static Roles acquisitionOnly(int[] images) {
    return new Roles(images, new int[0], new int[0], new int[0]);
  }
}
