package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.ElementType;

/**
 * Operations over tensors of known shapes that the library may do as one; equal ones share a plan.
 */
interface FusedPattern {
  /** The kind, whatever the shapes, for reports. */
  String kind();

  /** What is computed with. */
  ElementType type();

  /** Adds the tensors and operations. */
  void describe(FusedGraph graph);
}
