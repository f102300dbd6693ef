package dev.assay.data.scene;

/**
 * How often things occur: the knobs that bring class frequencies close to a data set's. Rates are
 * things per 100 m of one side of a street.
 *
 * @param horizon row of the horizon as a share of the height, from the top
 * @param focal focal length as a share of the width
 * @param roadHalf mean half width of the road in metres
 * @param pavement mean width of a pavement in metres
 * @param buildingHeight mean height of a house in metres
 * @param openShare share of plots without a house
 * @param barrierShare share of plots closed off by a fence, wall or hedge
 * @param wallShare share of barriers that are walls
 * @param hedgeShare share of barriers that are hedges
 * @param grassShare share of open plots that are grass
 * @param vergeShare share of pavements with a strip of grass along the kerb
 * @param plotTrees trees on a plot
 * @param kerbTrees street trees
 * @param lamps lamp posts
 * @param signs traffic signs
 * @param boards larger signs
 * @param trafficLights traffic lights
 * @param bollards bollards
 * @param bins bins and boxes, which are void
 * @param parked parked vehicles
 * @param moving driving vehicles
 * @param walkers pedestrians
 * @param cyclists people on bicycles
 * @param bicycles parked bicycles
 * @param motorcycles people on motorcycles
 * @param heavy shares of vehicles that are trucks, buses, trains
 */
public record StreetStyle(
    double horizon,
    double focal,
    double roadHalf,
    double pavement,
    double buildingHeight,
    double openShare,
    double barrierShare,
    double wallShare,
    double hedgeShare,
    double grassShare,
    double vergeShare,
    double plotTrees,
    double kerbTrees,
    double lamps,
    double signs,
    double boards,
    double trafficLights,
    double bollards,
    double bins,
    double parked,
    double moving,
    double walkers,
    double cyclists,
    double bicycles,
    double motorcycles,
    Heavy heavy) {
  /** Shares of trucks, buses and trains among vehicles. */
  public record Heavy(double trucks, double buses, double trains) {}

  /** Close to CamVid's class frequencies. */
  public static final StreetStyle CAMVID =
      new StreetStyle(
          0.5,
          0.95,
          4.4,
          2.6,
          10.0,
          0.36,
          0.68,
          0.1,
          0.15,
          0.5,
          0.05,
          2.6,
          0.9,
          2.3,
          3.0,
          2.2,
          1.6,
          1.0,
          6.0,
          4.8,
          1.8,
          4.8,
          0.75,
          0.4,
          0.1,
          new Heavy(0.04, 0.03, 0));

  /** Close to Cityscapes' class frequencies. */
  public static final StreetStyle CITYSCAPES =
      new StreetStyle(
          0.405,
          1.05,
          4.9,
          4.1,
          14.5,
          0.28,
          0.75,
          0.45,
          0.25,
          0.95,
          0.3,
          3.6,
          3.4,
          2.6,
          2.4,
          0.7,
          1.6,
          1.2,
          1.0,
          3.6,
          1.3,
          5.8,
          0.12,
          3.6,
          0.65,
          new Heavy(0.028, 0.022, 0.05));
}
