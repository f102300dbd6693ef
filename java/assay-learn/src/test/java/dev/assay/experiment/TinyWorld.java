package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.data.DecodedImage;
import dev.assay.data.ImagePack;
import dev.assay.data.ImageSource;
import dev.assay.data.Progress;
import dev.assay.model.Segmenter;
import dev.assay.score.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A data set of 48x32 images and a linear network: everything real, everything tiny. */
final class TinyWorld {
  static final int WIDTH = 48;
  static final int HEIGHT = 32;
  static final int CLASSES = ClassSet.CAMVID.size();

  private TinyWorld() {}

  /** Two strategies, two seeds, three rounds, regions of 12x8 (16 an image). */
  static ExperimentConfig config(String... overrides) {
    List<String> all =
        new java.util.ArrayList<>(
            List.of(
                "name=tiny",
                "strategies=[random, class_aware_random, entropy]",
                "seeds=[1, 2]",
                "training.batch_size=4",
                "training.learning_rate=0.5",
                "training.crop_width=24",
                "training.crop_height=24",
                "protocol.region_width=12",
                "protocol.region_height=8",
                "protocol.initial_regions=8",
                "protocol.initial_steps=6",
                "protocol.regions_per_round=5",
                "protocol.budget_regions=22",
                "protocol.steps_per_round=5",
                "evaluation.final_splits=[val]"));
    all.addAll(List.of(overrides));
    return ConfigFiles.parse("", "tiny", all);
  }

  /** RALIS's protocol around the strategies: what a learned policy is compared in. */
  static final List<String> RALIS =
      List.of(
          "data.state_images=2",
          "data.training_images=3",
          "data.reward_images=1",
          "pretraining.source=synthetic",
          "pretraining.steps=3",
          "protocol.initial_regions=0",
          "protocol.initial_weights=shared",
          "protocol.regions_per_round=4",
          "protocol.budget_regions=12",
          "protocol.selection=pools",
          "protocol.pool_size=3",
          "protocol.pool_sizes={random: 5}",
          "protocol.steps_per_round=0",
          "protocol.epochs_per_round=1",
          "protocol.train_on=newest",
          "protocol.final_epochs=4",
          "protocol.final_patience=2",
          "protocol.final_budgets=[8, 12]",
          "policy.episodes=3",
          "policy.budget_regions=12",
          "policy.regions_per_step=4",
          "policy.pool_size=3",
          "policy.batch_size=5",
          "policy.replay_capacity=16",
          "evaluation.splits=[]",
          "evaluation.final_splits=[test]");

  /** Opens the world with packs in {@code cache}. */
  static WorkbenchFactory in(Path cache) {
    return (config, listener) -> open(config, cache);
  }

  static Workbench open(ExperimentConfig config, Path cache) throws IOException {
    return open(config, cache, new LinearSegmenter(CLASSES));
  }

  static Workbench open(ExperimentConfig config, Path cache, Segmenter segmenter)
      throws IOException {
    DataSet data = data(cache);
    return new Workbench(
        config,
        data,
        roles(config, data),
        config.pretraining().source().equals("none") ? null : pack(cache, "pretraining", 6),
        segmenter,
        Engine.cpu(1));
  }

  private static Roles roles(ExperimentConfig config, DataSet data) {
    DataConfig wanted = config.data();
    return wanted.trainingImages() == 0
        ? Roles.acquisitionOnly(ImageList.all(data.train()).images())
        : new SplitSampler(data.train(), CLASSES, 1)
            .draw(wanted.stateImages(), wanted.trainingImages(), wanted.rewardImages());
  }

  static DataSet data(Path cache) throws IOException {
    return new DataSet(
        "tiny",
        ClassSet.CAMVID,
        pack(cache, "train", 10),
        pack(cache, "val", 3),
        pack(cache, "test", 5));
  }

  private static ImagePack pack(Path cache, String split, int size) throws IOException {
    return ImagePack.openOrBuild(
        cache.resolve(split + ".pack"), new Source(split, size), Progress.NONE);
  }

  /** Blocks of 8x8 pixels, each of one class and near its colour, a few of them void. */
  private record Source(String split, int size) implements ImageSource {
    @Override
    public String description() {
      return "tiny " + split;
    }

    @Override
    public String id(int i) {
      return split + "_" + i + ".png";
    }

    @Override
    public byte[] fingerprint() {
      try {
        return MessageDigest.getInstance("SHA-256")
            .digest((split + size).getBytes(StandardCharsets.UTF_8));
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public DecodedImage decode(int image) {
      Random random = new Random(Arrays.hashCode(new Object[] {split, image}));
      byte[] rgb = new byte[3 * WIDTH * HEIGHT];
      byte[] labels = new byte[WIDTH * HEIGHT];
      int[] blocks = random.ints(WIDTH * HEIGHT / 64, 0, CLASSES + 1).toArray();
      for (int p = 0; p < labels.length; p++) {
        int block = blocks[p / WIDTH / 8 * (WIDTH / 8) + p % WIDTH / 8];
        // Squaring makes the low classes frequent and the high ones rare.
        int label = block == CLASSES ? 255 : block * block / CLASSES;
        labels[p] = (byte) label;
        int colour = ClassSet.CAMVID.rgb(label);
        for (int c = 0; c < 3; c++) {
          int value = (colour >> (16 - 8 * c) & 0xff) + random.nextInt(41) - 20;
          rgb[3 * p + c] = (byte) Math.max(0, Math.min(255, value));
        }
      }
      return new DecodedImage(WIDTH, HEIGHT, rgb, labels);
    }
  }
}
