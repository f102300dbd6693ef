package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.data.DataSets;
import dev.assay.data.DataSpec;
import dev.assay.data.SceneConfig;
import dev.assay.data.SplitFile;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.model.FpnConfig;
import dev.assay.model.FpnSegmenter;
import dev.assay.model.ResNet;
import dev.assay.model.Segmenter;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.Backends;
import dev.assay.score.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the data set, network and kernels that a configuration names. */
final class StandardWorkbench {
  private static final Logger LOG = LoggerFactory.getLogger(StandardWorkbench.class);

  private StandardWorkbench() {}

  static Workbench open(ExperimentConfig config, ProgressListener listener) throws IOException {
    requireCpu(config.machine());
    DataSet data =
        DataSets.open(
            spec(config.data()),
            (what, done, total) -> listener.progress("prepare", done, total, what));
    try {
      return open(config, data);
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
  }

  private static Workbench open(ExperimentConfig config, DataSet data) throws IOException {
    requireOneSize(data);
    warnUncovered(Workbench.grid(config, data));
    int[] candidates = IntStream.range(0, data.train().size()).toArray();
    int[] pretraining = new int[0];
    if (config.data().splitFile() != null) {
      SplitFile splits = SplitFile.read(Path.of(config.data().splitFile()));
      candidates = Arrays.stream(splits.indices("d_v", data.train())).sorted().toArray();
      pretraining = Arrays.stream(splits.indices("d_t", data.train())).sorted().toArray();
    }
    int classes = data.classes().size();
    Segmenter segmenter = new FpnSegmenter(network(config, classes), Backends.cpu());
    try {
      return new Workbench(
          config, data, candidates, pretraining, segmenter, Engine.cpu(config.machine().threads()));
    } catch (RuntimeException | Error e) {
      segmenter.close();
      throw e;
    }
  }

  private static void requireCpu(MachineConfig machine) {
    if (machine.backend().equals("cuda")) {
      throw new NoSuchDeviceException(
          "machine.backend=cuda: networks run on the CPU only; use auto or cpu");
    }
    if (machine.backend().equals("auto")) {
      LOG.warn("machine.backend=auto uses the CPU: the networks have no CUDA back end");
    }
  }

  private static DataSpec spec(DataConfig data) {
    Path cache = data.cache() == null ? defaultCache() : Path.of(data.cache());
    if (data.source().equals("camvid")) {
      return DataSpec.camvid(Path.of(data.path()), cache);
    }
    SceneConfig scenes =
        data.classes() == ClassSet.CAMVID.size()
            ? SceneConfig.camvidLike(data.width(), data.height(), data.seed())
            : SceneConfig.cityscapesLike(data.width(), data.height(), data.seed());
    return DataSpec.synthetic(
        scenes, data.trainImages(), data.valImages(), data.testImages(), cache);
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
