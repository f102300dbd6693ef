package dev.assay.data.scene;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** One street laid out from a seed, at one moment. */
final class Street {
  /** How far ahead of the last camera position a street goes on, in metres. */
  static final double AHEAD = 170;

  private static final double SECONDS_PER_METRE = 0.12;
  private static final int LEFT = 0;
  private static final int RIGHT = 1;

  final StreetStyle style;
  final double length;
  final Light light;

  /** Half the road's width in metres; kerbs are at -half and +half. */
  final double half;

  /** Width of the pavements, left and right. */
  final double[] pavement = new double[2];

  /** Width of the grass between kerb and pavement, part of the pavement's width. */
  final double[] verge = new double[2];

  /** How the ground looks: 0 concrete slabs, 1 asphalt like the road. */
  final double pavementAsphalt;

  final double pavementTone;
  final double roadTone;
  final boolean edgeLines;
  final double crossingZ;
  final int seed;

  final List<List<Plot>> plots = new ArrayList<>();
  final List<Thing> things = new ArrayList<>();

  /** Metres the camera has driven decide where moving things are. */
  Street(long seed, StreetStyle style, double drive, double driven) {
    Random random = new Random(seed);
    this.style = style;
    this.seed = random.nextInt();
    length = drive + AHEAD;
    light = new Light(random);
    half = style.roadHalf() * (0.8 + 0.4 * random.nextDouble());
    pavementAsphalt = random.nextDouble() < 0.35 ? 0.85 : 0.2 * random.nextDouble();
    pavementTone = 0.8 + 0.4 * random.nextDouble();
    roadTone = 0.75 + 0.5 * random.nextDouble();
    edgeLines = random.nextBoolean();
    crossingZ = random.nextDouble() < 0.4 ? 8 + random.nextDouble() * length * 0.6 : -1;
    double busy = 0.4 + 1.2 * random.nextDouble();
    for (int side = LEFT; side <= RIGHT; side++) {
      boolean green = random.nextDouble() < style.vergeShare();
      verge[side] = green ? 0.6 + 1.4 * random.nextDouble() : 0;
      pavement[side] = style.pavement() * (0.7 + 0.6 * random.nextDouble()) + verge[side];
      plots.add(plots(random, side));
    }
    double time = driven * SECONDS_PER_METRE;
    for (int side = LEFT; side <= RIGHT; side++) {
      furnish(random, side);
      populate(random, side, busy, time);
      drive(random, side, busy, time);
    }
    things.sort(Comparator.comparingDouble(Thing::z).reversed());
  }

  static double sign(int side) {
    return side == LEFT ? -1 : 1;
  }

  /** Where the plots begin, as distance from the road's middle. */
  double frontage(int side) {
    return half + pavement[side];
  }

  /** The plot at {@code z}, or null beyond the ends. */
  Plot plotAt(int side, double z) {
    for (Plot plot : plots.get(side)) {
      if (z < plot.z1()) {
        return z < plot.z0() ? null : plot;
      }
    }
    return null;
  }

  private List<Plot> plots(Random random, int side) {
    List<Plot> list = new ArrayList<>();
    double openness = style.openShare() * (0.3 + 1.4 * random.nextDouble());
    double district = style.buildingHeight() * (0.7 + 0.6 * random.nextDouble());
    double setback = random.nextDouble() < 0.3 ? 3 * random.nextDouble() : 0.1;
    for (double z = -5 - 10 * random.nextDouble(); z < length; ) {
      double pick = random.nextDouble();
      Plot plot;
      if (pick < 0.06) {
        double to = z + 6 + 3 * random.nextDouble();
        plot = new Plot(z, to, Plot.Type.SIDE_STREET, 0, 0, 0, null, null, false);
      } else if (pick < 0.06 + openness) {
        double to = z + 10 + 18 * random.nextDouble();
        plot = open(random, z, to);
        trees(random, side, z, to, style.plotTrees());
      } else {
        double to = z + 7 + 13 * random.nextDouble();
        double wall = Math.max(4, district * (0.7 + 0.6 * random.nextDouble()));
        double roof = random.nextDouble() < 0.6 ? 1 + 2 * random.nextDouble() : 0;
        Barrier barrier = setback > 1.2 && random.nextBoolean() ? new Barrier(random, style) : null;
        Facade front = new Facade(random, wall);
        plot =
            new Plot(
                z, to, Plot.Type.HOUSE, setback, wall, wall + roof, front, barrier, setback > 2);
      }
      list.add(plot);
      z = plot.z1();
    }
    return list;
  }

  private Plot open(Random random, double from, double to) {
    boolean closed = random.nextDouble() < style.barrierShare();
    Barrier barrier = closed ? new Barrier(random, style) : null;
    boolean grass = random.nextDouble() < style.grassShare();
    return new Plot(from, to, Plot.Type.OPEN, 0.1, 0, 0, null, barrier, grass);
  }

  private void trees(Random random, int side, double from, double to, double rate) {
    int count = poisson(random, rate);
    for (int i = 0; i < count; i++) {
      double x = sign(side) * (frontage(side) + 1.5 + 9 * random.nextDouble());
      double z = from + (to - from) * random.nextDouble();
      things.add(new Tree(random, x, z, 1.0 + 0.9 * random.nextDouble()));
    }
  }

  private static int poisson(Random random, double mean) {
    double limit = StrictMath.exp(-mean);
    int count = -1;
    for (double product = 1; product > limit; count++) {
      product *= random.nextDouble();
    }
    return count;
  }

  /** Random places along the street at {@code rate} per 100 m. */
  private List<Double> places(Random random, double rate) {
    List<Double> places = new ArrayList<>();
    int count = poisson(random, rate * length / 100);
    for (int i = 0; i < count; i++) {
      places.add(2 + random.nextDouble() * (length - 4));
    }
    return places;
  }

  private void furnish(Random random, int side) {
    double inward = -sign(side);
    double kerb = sign(side) * (half + 0.35);
    double spacing = 100 / style.lamps();
    for (double z = spacing * random.nextDouble(); z < length; z += spacing) {
      things.add(new Furniture(random, Furniture.Type.LAMP, kerb, z, inward));
    }
    add(random, Furniture.Type.SIGN, style.signs(), kerb, inward);
    add(random, Furniture.Type.BOARD, style.boards(), kerb + sign(side) * 0.4, inward);
    add(random, Furniture.Type.TRAFFIC_LIGHT, style.trafficLights(), kerb, inward);
    add(random, Furniture.Type.BOLLARD, style.bollards(), kerb, inward);
    double wall = sign(side) * (frontage(side) - 0.5);
    add(random, Furniture.Type.BIN, style.bins(), wall, inward);
    for (double z : places(random, style.kerbTrees())) {
      double x = sign(side) * (half + 0.7);
      things.add(new Tree(random, x, z, 0.8 + 0.7 * random.nextDouble()));
    }
    for (double z : places(random, style.bicycles())) {
      double x = sign(side) * (frontage(side) - 0.7);
      things.add(new People(random, People.Type.PARKED_BICYCLE, x, z, 0));
    }
  }

  private void add(Random random, Furniture.Type type, double rate, double x, double inward) {
    for (double z : places(random, rate)) {
      things.add(new Furniture(random, type, x, z, inward));
    }
  }

  private void populate(Random random, int side, double busy, double time) {
    for (double z : places(random, style.walkers() * busy)) {
      double speed = random.nextDouble() < 0.2 ? 0 : 2.6 * (random.nextDouble() - 0.5);
      boolean onRoad = random.nextDouble() < 0.08;
      double across = onRoad ? -half * random.nextDouble() : pavement[side] * random.nextDouble();
      double x = sign(side) * (half + 0.2 + across);
      double at = z + speed * time;
      double stride = speed == 0 ? 0.3 : 2 * random.nextDouble() - 1;
      things.add(new People(random, People.Type.WALKER, x, at, stride));
      if (random.nextDouble() < 0.35) {
        things.add(new People(random, People.Type.WALKER, x + 0.55, at + 0.2, -stride));
      }
    }
    ride(random, side, People.Type.CYCLIST, style.cyclists() * busy, time);
    ride(random, side, People.Type.MOTORCYCLIST, style.motorcycles() * busy, time);
  }

  private void ride(Random random, int side, People.Type type, double rate, double time) {
    for (double z : places(random, rate)) {
      boolean crossing = type == People.Type.CYCLIST && random.nextDouble() < 0.2;
      double x = sign(side) * (crossing ? half * random.nextDouble() : half - 0.8);
      double at = z + (crossing ? 0 : -sign(side) * 3.5 * time);
      People.Type seen = crossing ? People.Type.CROSSING_CYCLIST : type;
      things.add(new People(random, seen, x, at, 0));
    }
  }

  /** Traffic keeps left, as in CamVid: the left side drives on, the right side comes. */
  private void drive(Random random, int side, double busy, double time) {
    boolean oncoming = side == RIGHT;
    double parkedShare = style.parked() * (0.2 + 1.6 * random.nextDouble());
    double last = -100;
    for (double z : places(random, parkedShare).stream().sorted().toList()) {
      Vehicle.Type type = vehicle(random, false);
      if (z > last + 0.8) {
        things.add(new Vehicle(random, type, sign(side) * (half - 1.05), z, oncoming, false));
        last = z + type.length;
      }
    }
    double lane = sign(side) * Math.max(1.2, half * 0.36);
    for (double z : places(random, style.moving() * busy)) {
      Vehicle.Type type = vehicle(random, true);
      boolean crossing = random.nextDouble() < 0.12;
      double speed = crossing ? 0 : (oncoming ? -8 : 6 + 4 * random.nextDouble());
      things.add(
          new Vehicle(
              random, type, crossing ? 0.4 * lane : lane, z + speed * time, oncoming, crossing));
    }
  }

  private Vehicle.Type vehicle(Random random, boolean moving) {
    double pick = random.nextDouble();
    StreetStyle.Heavy heavy = style.heavy();
    if (pick < heavy.trucks()) {
      return Vehicle.Type.TRUCK;
    }
    if (moving && pick < heavy.trucks() + heavy.buses() + heavy.trains()) {
      return pick < heavy.trucks() + heavy.buses() ? Vehicle.Type.BUS : Vehicle.Type.TRAIN;
    }
    double shape = random.nextDouble();
    return shape < 0.4
        ? Vehicle.Type.HATCHBACK
        : shape < 0.68
            ? Vehicle.Type.SALOON
            : shape < 0.86 ? Vehicle.Type.OFF_ROADER : Vehicle.Type.VAN;
  }
}
