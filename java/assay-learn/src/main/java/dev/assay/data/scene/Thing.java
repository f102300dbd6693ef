package dev.assay.data.scene;

/** Something that stands on the street. */
interface Thing {
  /** Position along the street; nearer things are drawn later. */
  double z();

  /** Draws it, with the shadow it casts on the ground. */
  void draw(Canvas canvas);

  /** Darkens the ground under and beside it, before anything is drawn. */
  default void shade(Canvas canvas) {}
}
