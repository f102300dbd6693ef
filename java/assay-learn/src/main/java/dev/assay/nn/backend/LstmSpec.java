package dev.assay.nn.backend;

/**
 * Geometry of one layer of long short-term memory (Hochreiter and Schmidhuber 1997, with forget
 * gates) over sequences [n, 1, steps, features].
 *
 * @param hidden cells per direction
 * @param bidirectional whether a second set of cells reads each sequence from its end
 */
public record LstmSpec(int hidden, boolean bidirectional) {
  /** Input, forget, cell and output gate. */
  public static final int GATES = 4;

  /** Checks the range. */
  public LstmSpec {
    if (hidden < 1) {
      throw new IllegalArgumentException("lstm: hidden=" + hidden + " must be >= 1");
    }
  }

  /** 1, or 2 if bidirectional. */
  public int directions() {
    return bidirectional ? 2 : 1;
  }

  /** Rows of a direction's weights: all gates of all cells. */
  public int gateRows() {
    return Math.multiplyExact(GATES, hidden);
  }

  /** Output shape: the hidden states of all directions, one after the other in the channels. */
  public Shape output(Shape x) {
    if (x.h() != 1) {
      throw new IllegalArgumentException("lstm: input " + x + " must have h = 1, its steps in w");
    }
    return x.withChannels(Math.multiplyExact(hidden, directions()));
  }
}
