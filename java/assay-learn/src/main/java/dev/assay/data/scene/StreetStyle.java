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
          /* horizon= */ 0.5,
          /* focal= */ 0.95,
          /* roadHalf= */ 4.4,
          /* pavement= */ 2.6,
          /* buildingHeight= */ 10.0,
          /* openShare= */ 0.36,
          /* barrierShare= */ 0.68,
          /* wallShare= */ 0.1,
          /* hedgeShare= */ 0.15,
          /* grassShare= */ 0.5,
          /* vergeShare= */ 0.05,
          /* plotTrees= */ 2.6,
          /* kerbTrees= */ 0.9,
          /* lamps= */ 2.3,
          /* signs= */ 3.0,
          /* boards= */ 2.2,
          /* trafficLights= */ 1.6,
          /* bollards= */ 1.0,
          /* bins= */ 6.0,
          /* parked= */ 4.8,
          /* moving= */ 1.8,
          /* walkers= */ 4.8,
          /* cyclists= */ 0.75,
          /* bicycles= */ 0.4,
          /* motorcycles= */ 0.1,
          /* heavy= */ new Heavy(0.04, 0.03, 0));

  /** Close to Cityscapes' class frequencies. */
  public static final StreetStyle CITYSCAPES =
      new StreetStyle(
          /* horizon= */ 0.405,
          /* focal= */ 1.05,
          /* roadHalf= */ 4.9,
          /* pavement= */ 4.1,
          /* buildingHeight= */ 14.5,
          /* openShare= */ 0.28,
          /* barrierShare= */ 0.75,
          /* wallShare= */ 0.45,
          /* hedgeShare= */ 0.25,
          /* grassShare= */ 0.95,
          /* vergeShare= */ 0.3,
          /* plotTrees= */ 3.6,
          /* kerbTrees= */ 3.4,
          /* lamps= */ 2.6,
          /* signs= */ 2.4,
          /* boards= */ 0.7,
          /* trafficLights= */ 1.6,
          /* bollards= */ 1.2,
          /* bins= */ 1.0,
          /* parked= */ 3.6,
          /* moving= */ 1.3,
          /* walkers= */ 5.8,
          /* cyclists= */ 0.12,
          /* bicycles= */ 3.6,
          /* motorcycles= */ 0.65,
          /* heavy= */ new Heavy(0.028, 0.022, 0.05));
}
