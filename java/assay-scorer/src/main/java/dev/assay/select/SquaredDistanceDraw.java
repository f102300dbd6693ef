package dev.assay.select;

/**
 * k-means++ seeding: each centre is drawn with probability proportional to its squared distance
 * from the nearest one before (Arthur and Vassilvitskii, "k-means++: the advantages of careful
 * seeding", SODA 2007, section 2.2).
 */
final class SquaredDistanceDraw {
  private SquaredDistanceDraw() {}

  /** A candidate uniformly. */
  static int any(Round round, Pool pool, int stream) {
    return round.keys().below(pool.size(), RandomKeys.Purpose.DISTANCE_DRAW, stream, 0);
  }

  /**
   * Draws by what was measured, which must be squares.
   *
   * @param draw the number of the draw, 1 for the first
   * @return a candidate that is no centre; the first of these when all coincide with a centre
   */
  static int next(Round round, NearestCentre nearest, int size, int stream, int draw) {
    double total = 0;
    for (int i = 0; i < size; i++) {
      total += nearest.isCentre(i) ? 0 : nearest.measured(i);
    }
    double left = total * round.keys().uniform(RandomKeys.Purpose.DISTANCE_DRAW, stream, draw);
    int last = -1;
    for (int i = 0; i < size; i++) {
      if (nearest.isCentre(i)) {
        continue;
      }
      boolean possible = nearest.measured(i) > 0 || total == 0;
      if (last < 0 || possible) {
        last = i;
      }
      left -= nearest.measured(i);
      if (possible && left <= 0) {
        return i;
      }
    }
    // The subtractions' rounding left a little: the last one possible.
    return last;
  }
}
