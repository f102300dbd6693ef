package dev.assay.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Writes run directories with seeded, invented numbers in the layout of a real run. */
final class RunFixture {
  static final List<String> CAMVID =
      List.of(
          "sky",
          "building",
          "pole",
          "road",
          "pavement",
          "tree",
          "sign",
          "fence",
          "car",
          "pedestrian",
          "bicyclist");
  private static final int[] COLOURS = {
    0x808080, 0x800000, 0xc0c080, 0x804080, 0x3c28de, 0x808000, 0xc08080, 0x404080, 0x400080,
    0x404000, 0x0080c0
  };
  private static final int COLUMNS = 6;
  private static final int ROWS = 4;

  String name = "fixture";
  String status = "finished";
  List<String> strategies = List.of("random", "class_aware_random", "entropy");
  List<String> classes = CAMVID;
  int seeds = 2;
  int rounds = 3;
  int regionsPerRound = 24;
  int images = 60;
  String data = "{\"source\":\"synthetic\",\"seed\":1}";
  String environment =
      "{\"command\":[\"java/assay\",\"demo\"],\"backend\":\"cpu\",\"not_exercised\":[\"cuda:"
          + " everything ran on the CPU\"],\"cpu\":\"8 <cores> & more\",\"java\":\"17.0.15\"}";
  String config = "name: fixture\nmodel:\n  width: 0.25\ntraining:\n  rate: 0.01\n";
  String[] imageIds = {};
  double lead = 2.5;

  /** Rounds with lines in results.csv; all when empty. */
  Set<Integer> evaluated = Set.of();

  /** Pixels by class of the pool; not recorded when empty. */
  List<Long> pool = List.of();

  /** Episodes of a policy's training. */
  int episodes;

  /** Whether every round leaves its metrics.json: 10 s of training, 2 s of scoring. */
  boolean timed;

  /** Writes the directory; a strategy's numbers depend on its place in the list and the seed. */
  Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    text(directory.resolve("run.json"), runJson());
    text(directory.resolve("env.json"), environment);
    text(directory.resolve("config.resolved.yaml"), config);
    StringBuilder csv = new StringBuilder(header());
    for (int s = 0; s < strategies.size(); s++) {
      for (int seed = 0; seed < seeds; seed++) {
        for (int round = 0; round <= rounds; round++) {
          if (evaluated.isEmpty() || evaluated.contains(round)) {
            csv.append(line(s, seed, round));
          }
          select(directory, s, seed, round);
        }
      }
    }
    text(directory.resolve("results.csv"), csv.toString());
    if (episodes > 0) {
      learn(directory.resolve("policy"));
    }
    return directory;
  }

  private String runJson() {
    String classList =
        IntStream.range(0, classes.size())
            .mapToObj(
                c ->
                    "{\"name\":%s,\"colour\":\"#%06x\"}"
                        .formatted(quote(classes.get(c)), COLOURS[c % COLOURS.length]))
            .collect(Collectors.joining(","));
    return """
    {"name":%s,"status":"%s","classes":[%s],"image":{"width":480,"height":360},
     "region":{"width":80,"height":90},"grid":{"columns":6,"rows":4},
     "candidates":{"images":%d,"regions":%d},"budget_regions":%d,
     "strategies":[%s],"seeds":[%s],"dataset":%s%s}
    """
        .formatted(
            quote(name),
            status,
            classList,
            images,
            images * 24,
            regionsPerRound * (rounds + 1),
            strategies.stream().map(RunFixture::quote).collect(Collectors.joining(",")),
            LongStream.range(0, seeds).mapToObj(Long::toString).collect(Collectors.joining(",")),
            data,
            pool.isEmpty() ? "" : ",\"pool_class_pixels\":" + pool);
  }

  private String header() {
    return "strategy,seed,round,labelled_regions,labelled_pixels,labelled_fraction,split,miou,pixel_accuracy,"
        + IntStream.range(0, classes.size())
            .mapToObj(c -> "\"iou_" + classes.get(c).replace("\"", "\"\"") + "\"")
            .collect(Collectors.joining(","))
        + ",train_seconds,score_seconds,eval_seconds\n";
  }

  private String line(int s, int seed, int round) {
    Random random = new Random(1000L * seed + 31L * round + (round == 0 ? 0 : s));
    int regions = regionsPerRound * (round + 1);
    double gain = round == 0 ? 0 : lead * s * (1 - Math.exp(-round / 2.0));
    double[] iou = new double[classes.size()];
    double sum = 0;
    for (int c = 0; c < iou.length; c++) {
      double base = 78.0 * Math.pow(0.5, rarity(c)) + 9 * Math.log(1 + round) + gain;
      iou[c] = Math.max(0, Math.min(98, base + 1.6 * random.nextGaussian())) / 100;
      sum += iou[c];
    }
    String ious =
        IntStream.range(0, iou.length)
            .mapToObj(c -> "%.4f".formatted(iou[c]))
            .collect(Collectors.joining(","));
    return String.format(
        Locale.ROOT,
        "%s,%d,%d,%d,%d,%.6f,test,%.6f,%.4f,%s,%.2f,%.2f,%.2f\n",
        strategies.get(s),
        seed,
        round,
        regions,
        regions * 7200,
        regions / (images * 24.0),
        sum / iou.length,
        0.8 + 0.01 * round,
        ious,
        12.0 + random.nextDouble(),
        round == 0 ? 0 : 1.5,
        2.2);
  }

  private static double rarity(int c) {
    return c % 4 * 0.8;
  }

  private void select(Path directory, int s, int seed, int round) throws IOException {
    // Round 0 is kept once for all strategies, under the name "initial".
    String strategy = round == 0 ? "initial" : strategies.get(s);
    int chooser = round == 0 ? 0 : s;
    Random random = new Random(77L * seed + round * 13L + 1000L * chooser);
    StringBuilder regions = new StringBuilder();
    for (int i = 0; i < regionsPerRound; i++) {
      int image = chooser < 2 ? random.nextInt(images) : random.nextInt(Math.max(1, images / 6));
      int region = random.nextInt(COLUMNS * ROWS);
      StringBuilder pixels = new StringBuilder();
      for (int c = 0; c < classes.size(); c++) {
        double share = Math.exp(-rarity(c) * (1.2 - 0.3 * chooser));
        pixels.append(c == 0 ? "" : ",").append((int) (900 * share * random.nextDouble()));
      }
      regions
          .append(i == 0 ? "" : ",\n")
          .append(
              "{\"image\":%s,\"region\":%d,\"x\":%d,\"y\":%d,\"w\":80,\"h\":90,\"score\":%s,\"parts\":{\"entropy\":1.0},\"true_class_pixels\":[%s],\"predicted_class_pixels\":[%s]}"
                  .formatted(
                      quote(imageId(image)),
                      region,
                      region / ROWS * 80,
                      region % ROWS * 90,
                      Double.toString(random.nextDouble()),
                      pixels,
                      pixels));
    }
    Path folder =
        directory
            .resolve(strategy.replaceAll("[^A-Za-z0-9_-]", "_"))
            .resolve("seed_" + seed)
            .resolve("round_%03d".formatted(round));
    Files.createDirectories(folder);
    text(
        folder.resolve("selection.json"),
        "{\"strategy\":%s,\"seed\":%d,\"round\":%d,\"regions\":[%s]}"
            .formatted(quote(strategy), seed, round, regions));
    if (timed) {
      time(folder, strategy, seed, round);
    }
  }

  private static void time(Path folder, String strategy, int seed, int round) throws IOException {
    text(
        folder.resolve("metrics.json"),
        "{\"strategy\":%s,\"seed\":%d,\"round\":%d,\"final_training\":%s,\"train_seconds\":10,\"score_seconds\":2,\"eval_seconds\":0}"
            .formatted(
                quote(strategy),
                seed,
                round,
                round == 2 ? "{\"epochs\":3,\"seconds\":7}" : "null"));
  }

  private void learn(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder csv =
        new StringBuilder(
            "episode,steps,return,mean_loss,epsilon,forward_seconds,choose_seconds,train_seconds,reward_seconds,update_seconds\n");
    for (int episode = 1; episode <= episodes; episode++) {
      String loss = episode == 1 ? "" : "0." + episode;
      csv.append("%d,20,%d.5,%s,0.05,8,0.4,4,3,0.8\n".formatted(episode, episode - 3, loss));
    }
    text(folder.resolve("episodes.csv"), csv.toString());
  }

  private String imageId(int image) {
    return imageIds.length > image ? imageIds[image] : "train/scene_%04d".formatted(image);
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  static void text(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
