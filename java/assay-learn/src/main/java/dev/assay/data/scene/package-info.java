/**
 * Procedural street scenes: a {@link dev.assay.data.scene.Street} is laid out in metres from a
 * seed, a {@link dev.assay.data.scene.StreetRenderer} projects it into an image and class ids.
 *
 * <p>Coordinates: x to the right of the road's middle, y up from the ground, z along the street.
 * Only Java's strict arithmetic and {@code StrictMath} are used, so a seed gives the same bytes on
 * every machine.
 */
package dev.assay.data.scene;
