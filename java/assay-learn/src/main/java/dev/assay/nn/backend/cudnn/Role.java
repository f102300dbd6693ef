package dev.assay.nn.backend.cudnn;

/** What a tensor is in a fused graph; its number there. */
enum Role {
  X(1),
  WEIGHTS(2),
  BIAS(3),
  ADDEND(4),
  Y(5),
  /** One bit per element: whether y is positive. */
  MASK(6),
  SCALE(7),
  SHIFT(8),
  EPSILON(9),
  MOMENTUM(10),
  OLD_MEAN(11),
  OLD_VARIANCE(12),
  NEW_MEAN(13),
  NEW_VARIANCE(14),
  MEAN(15),
  INVERSE(16),
  ZERO(17),
  DY(18),
  DX(19),
  D_ADDEND(20),
  D_SCALE(21),
  D_SHIFT(22);

  private final long uid;

  Role(long uid) {
    this.uid = uid;
  }

  long uid() {
    return uid;
  }
}
