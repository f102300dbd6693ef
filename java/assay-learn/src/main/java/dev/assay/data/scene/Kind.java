package dev.assay.data.scene;

/** What a pixel shows: Cityscapes' train ids, and void. */
public final class Kind {
  public static final int ROAD = 0;
  public static final int PAVEMENT = 1;
  public static final int BUILDING = 2;
  public static final int WALL = 3;
  public static final int FENCE = 4;
  public static final int POLE = 5;
  public static final int LIGHT = 6;
  public static final int SIGN = 7;
  public static final int VEGETATION = 8;
  public static final int TERRAIN = 9;
  public static final int SKY = 10;
  public static final int PERSON = 11;
  public static final int RIDER = 12;
  public static final int CAR = 13;
  public static final int TRUCK = 14;
  public static final int BUS = 15;
  public static final int TRAIN = 16;
  public static final int MOTORCYCLE = 17;
  public static final int BICYCLE = 18;

  /** Things no class fits: bins, boxes. */
  public static final int VOID = 255;

  /** A surface is not there; what lies behind is seen. */
  static final int NONE = -1;

  /** Added to a kind: seen through, so it names the pixel but does not colour it. */
  static final int SEE_THROUGH = 0x100;

  private Kind() {}
}
