package dev.assay.data.scene;

/**
 * A piece of land beside the pavement.
 *
 * @param z0 where it begins along the street
 * @param z1 where it ends
 * @param type what it is
 * @param setback metres between the pavement and the front
 * @param wallHeight height of the house's wall, 0 without a house
 * @param height the same with the roof
 * @param front look of the house, null without one
 * @param barrier what stands along the pavement, or null
 * @param grass whether open ground is grass, or else paved
 */
record Plot(
    double z0,
    double z1,
    Type type,
    double setback,
    double wallHeight,
    double height,
    Facade front,
    Barrier barrier,
    boolean grass) {
  enum Type {
    HOUSE,
    OPEN,
    SIDE_STREET
  }
}
