package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.data.DataSets;
import dev.assay.data.DataSpec;
import dev.assay.data.ImagePack;
import dev.assay.data.Progress;
import dev.assay.data.SceneConfig;
import dev.assay.data.SplitFile;
import dev.assay.model.FpnConfig;
import dev.assay.model.FpnSegmenter;
import dev.assay.model.ResNet;
import dev.assay.model.Segmenter;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.Backend;
import dev.assay.score.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the data set, network and kernels that a configuration names. */
final class StandardWorkbench {
  private static final Logger LOG = LoggerFactory.getLogger(StandardWorkbench.class);

  private StandardWorkbench() {}

  static Workbench open(ExperimentConfig config, ProgressListener listener) throws IOException {
    DataSet data =
        DataSets.open(
            spec(config.data()),
            (what, done, total) -> listener.progress("prepare", done, total, what));
    try {
      return open(config, data, listener);
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
  }

  private static Workbench open(ExperimentConfig config, DataSet data, ProgressListener listener)
      throws IOException {
    requireOneSize(data);
    warnUncovered(Workbench.grid(config, data));
    Roles roles = roles(config, data);
    int classes = data.classes().size();
    ImagePack pretraining = pretraining(config, data, listener);
    Engine engine = Compute.engine(config.machine());
    try {
      Segmenter segmenter = segmenter(engine, config, classes);
      return new Workbench(config, data, roles, pretraining, segmenter, engine);
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }

  private static Segmenter segmenter(Engine engine, ExperimentConfig config, int classes) {
    FpnConfig network = network(config, classes);
    boolean tf32 = network.precision() == Precision.TF32;
    Backend backend = Compute.networks(engine, config.machine(), tf32);
    try {
      return new FpnSegmenter(network, backend);
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  private static Roles roles(ExperimentConfig config, DataSet data) throws IOException {
    DataConfig wanted = config.data();
    ImagePack train = data.train();
    if (wanted.splitFile() != null) {
      SplitFile splits = SplitFile.read(Path.of(wanted.splitFile()));
      return new Roles(
          sorted(splits.indices("d_v", train)),
          sorted(splits.indices("d_t", train)),
          splits.has("d_s") ? sorted(splits.indices("d_s", train)) : new int[0],
          splits.has("d_r") ? sorted(splits.indices("d_r", train)) : new int[0]);
    }
    int labelled = wanted.stateImages() + wanted.trainingImages() + wanted.rewardImages();
    if (labelled == 0) {
      return Roles.acquisitionOnly(ImageList.all(train).images());
    }
    if (labelled >= train.size()) {
      throw new ConfigException(
          "data.state_images + data.training_images + data.reward_images = "
              + labelled
              + " must be less than the "
              + train.size()
              + " training images, so that some are left to choose from");
    }
    return new SplitSampler(train, data.classes().size(), wanted.seed())
        .draw(wanted.stateImages(), wanted.trainingImages(), wanted.rewardImages());
  }

  private static int[] sorted(int[] images) {
    return Arrays.stream(images).sorted().toArray();
  }

  private static ImagePack pretraining(
      ExperimentConfig config, DataSet data, ProgressListener listener) throws IOException {
    PretrainingConfig wanted = config.pretraining();
    Progress progress = (what, done, total) -> listener.progress("prepare", done, total, what);
    Path cache = cache(config.data());
    return switch (wanted.source()) {
      case "synthetic" ->
          DataSets.scenes(
              pretrainingScenes(data, config.data().seed()), wanted.images(), cache, progress);
      case "gtav" ->
          DataSets.gtav(
              Path.of(wanted.path()), data.classes(), wanted.downscale(), cache, progress);
      default -> null;
    };
  }

  /** Other streets than the data's own, where those are generated too. */
  private static SceneConfig pretrainingScenes(DataSet data, long seed) {
    int width = data.train().width(0);
    int height = data.train().height(0);
    return data.classes() == ClassSet.CAMVID
        ? SceneConfig.camvidLike(width, height, ~seed)
        : SceneConfig.cityscapesLike(width, height, ~seed);
  }

  private static DataSpec spec(DataConfig data) {
    Path cache = cache(data);
    if (data.source().equals("camvid")) {
      return DataSpec.camvid(Path.of(data.path()), data.downscale(), cache);
    }
    if (data.source().equals("cityscapes")) {
      return DataSpec.cityscapes(Path.of(data.path()), data.downscale(), cache);
    }
    SceneConfig scenes =
        data.classes() == ClassSet.CAMVID.size()
            ? SceneConfig.camvidLike(data.width(), data.height(), data.seed())
            : SceneConfig.cityscapesLike(data.width(), data.height(), data.seed());
    return DataSpec.synthetic(
        scenes, data.trainImages(), data.valImages(), data.testImages(), cache);
  }

  private static Path cache(DataConfig data) {
    return data.cache() == null ? defaultCache() : Path.of(data.cache());
  }

  private static Path defaultCache() {
    String base = System.getenv("XDG_CACHE_HOME");
    Path caches =
        base == null || base.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(base);
    return caches.resolve("assay");
  }

  private static FpnConfig network(ExperimentConfig config, int classes) {
    ModelConfig model = config.model();
    TrainingConfig training = config.training();
    return new FpnConfig(
        ResNet.Depth.valueOf(model.backbone().toUpperCase(Locale.ROOT)),
        model.width(),
        model.pyramidChannels(),
        model.headChannels(),
        model.dropout(),
        classes,
        training.classWeights().stream().map(Double::floatValue).toList(),
        training.momentum(),
        training.weightDecay(),
        training.clipNorm(),
        Precision.valueOf(model.precision().toUpperCase(Locale.ROOT)),
        config.seeds().get(0),
        config.machine().threads());
  }

  private static void requireOneSize(DataSet data) throws IOException {
    data.train().requireOneSize();
    data.val().requireOneSize();
    data.test().requireOneSize();
  }

  private static void warnUncovered(RegionGrid grid) {
    if (grid.uncoveredPixels() > 0) {
      LOG.warn(
          "images of {}x{} are not divided evenly by regions of {}x{}: {} pixels at the right and"
              + " bottom of each image can never be labelled",
          grid.imageWidth(),
          grid.imageHeight(),
          grid.width(),
          grid.height(),
          grid.uncoveredPixels());
    }
  }
}
