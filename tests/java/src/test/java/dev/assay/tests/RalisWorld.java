package dev.assay.tests;

import dev.assay.data.Batch;
import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.data.DataSets;
import dev.assay.data.DataSpec;
import dev.assay.data.ImageBatches;
import dev.assay.data.SceneConfig;
import dev.assay.experiment.ConfigFiles;
import dev.assay.experiment.Experiment;
import dev.assay.experiment.ProgressListener;
import dev.assay.experiment.RunDirectory;
import dev.assay.format.NdArray;
import dev.assay.format.Npy;
import dev.assay.memory.TensorView;
import dev.assay.model.FpnConfig;
import dev.assay.model.FpnSegmenter;
import dev.assay.model.PolicyDescription;
import dev.assay.model.PolicyFile;
import dev.assay.model.QueryNetwork;
import dev.assay.model.ResNet;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.agrona.UnsafeApi;

/**
 * A tiny RALIS experiment on generated scenes, and its segmenter's logits as files. D_V is the
 * first images of the data set, so that a scored table numbers them as the experiment does.
 */
record RalisWorld(Path folder) {
  static final int POOL_IMAGES = 3;
  static final int REGIONS_PER_IMAGE = 12;
  static final int STATE_REGIONS = 2 * REGIONS_PER_IMAGE;
  private static final int IMAGES = 9;
  private static final int WIDTH = 64;
  private static final int HEIGHT = 48;

  /** Runs two rounds with the policy that is trained first, or given. */
  RunDirectory run(String name, String... more) throws IOException {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "strategies=[ralis]",
                "seeds=[1]",
                "data.width=" + WIDTH,
                "data.height=" + HEIGHT,
                "data.train_images=" + IMAGES,
                "data.val_images=1",
                "data.test_images=1",
                "data.state_images=0",
                "data.training_images=0",
                "data.cache=" + folder,
                "data.split_file=" + split(),
                "model.width=0.125",
                "model.pyramid_channels=8",
                "model.head_channels=8",
                "training.batch_size=3",
                "training.crop_width=32",
                "training.crop_height=32",
                "protocol.region_width=16",
                "protocol.region_height=16",
                "protocol.initial_steps=8",
                "protocol.regions_per_round=3",
                "protocol.budget_regions=6",
                "protocol.pool_size=4",
                "protocol.final_epochs=0",
                "protocol.final_budgets=[]",
                "policy.episodes=2",
                "policy.budget_regions=6",
                "policy.regions_per_step=3",
                "policy.pool_size=4",
                "policy.batch_size=3",
                "policy.replay_capacity=12",
                "evaluation.final_splits=[val]",
                "machine.keep_checkpoints=all",
                "machine.threads=1"));
    overrides.addAll(List.of(more));
    return Experiment.run(
        ConfigFiles.load("ralis-demo", overrides),
        folder.resolve(name),
        List.of(),
        ProgressListener.SILENT);
  }

  private DataSet data() throws IOException {
    return DataSets.open(
        DataSpec.synthetic(SceneConfig.camvidLike(WIDTH, HEIGHT, 1), IMAGES, 1, 1, folder));
  }

  /** Three images to choose from, three to learn on, two for the state, one for rewards. */
  private Path split() throws IOException {
    Map<String, List<String>> splits = new TreeMap<>();
    try (DataSet data = data()) {
      List<String> ids = IntStream.range(0, IMAGES).mapToObj(i -> quoted(data, i)).toList();
      splits.put("\"d_v\"", ids.subList(0, POOL_IMAGES));
      splits.put("\"d_t\"", ids.subList(POOL_IMAGES, 6));
      splits.put("\"d_s\"", ids.subList(6, 8));
      splits.put("\"d_r\"", ids.subList(8, 9));
    }
    String json = splits.toString().replace('=', ':');
    return Files.writeString(folder.resolve("split.json"), json);
  }

  /** Names of the images that may be chosen from, learnt on or watched, in this order. */
  List<String> imageNames() throws IOException {
    try (DataSet data = data()) {
      return IntStream.range(0, IMAGES).mapToObj(data.train()::id).toList();
    }
  }

  private static String quoted(DataSet data, int image) {
    return '"' + data.train().id(image) + '"';
  }

  /** Scores the images of D_V ("pool") and D_S ("state") with a round's weights. */
  void score(Path checkpoint) throws IOException {
    write(checkpoint, folder.resolve("pool.npy"), 0, POOL_IMAGES);
    write(checkpoint, folder.resolve("state.npy"), 6, 2);
    for (String name : List.of("pool", "state")) {
      int first = name.equals("pool") ? 0 : 6;
      Path names =
          Files.write(
              folder.resolve(name + ".txt"),
              imageNames().subList(first, name.equals("pool") ? POOL_IMAGES : 8));
      Golden.Call call =
          Golden.assay(
              "score",
              folder.resolve(name + ".npy").toString(),
              "--region",
              "16x16",
              "--class-names",
              String.join(",", ClassSet.CAMVID.classNames()),
              "--image-names",
              names.toString(),
              "--force",
              "--out",
              folder.resolve(name).toString());
      if (call.exitCode() != 0) {
        throw new IOException(call.err());
      }
    }
  }

  private void write(Path checkpoint, Path file, int first, int count) throws IOException {
    int classes = ClassSet.CAMVID.size();
    float[] all = new float[count * classes * WIDTH * HEIGHT];
    try (DataSet data = data();
        FpnSegmenter segmenter = new FpnSegmenter(network(), Backends.cpu());
        Batch batch = new Batch(1, HEIGHT, WIDTH)) {
      segmenter.load(checkpoint);
      int at = 0;
      for (int i = 0; i < count; i++) {
        ImageBatches.fill(batch, data.train(), new int[] {first + i}, 0, 1);
        TensorView logits = segmenter.logits(batch);
        for (int c = 0; c < classes; c++) {
          for (int p = 0; p < WIDTH * HEIGHT; p++) {
            long offset =
                c * logits.strideC() + p / WIDTH * logits.strideH() + p % WIDTH * logits.strideW();
            all[at++] = UnsafeApi.getFloat(logits.address() + Float.BYTES * offset);
          }
        }
      }
    }
    try (NdArray array = NdArray.floats("logits", all, count, classes, HEIGHT, WIDTH)) {
      Npy.write(file, array);
    }
  }

  private static FpnConfig network() {
    return new FpnConfig(
        ResNet.Depth.RESNET18,
        0.125,
        8,
        8,
        0.25,
        ClassSet.CAMVID.size(),
        List.of(),
        0.9,
        1e-4,
        5,
        Precision.F32,
        1,
        1);
  }

  /** A policy of 19 classes and another state set, with fresh weights. */
  Path foreignPolicy() throws IOException {
    Path file = folder.resolve("foreign.safetensors");
    PolicyDescription description =
        PolicyDescription.ralis(17, ClassSet.CITYSCAPES.classNames(), Map.of()).withPoolSize(4);
    try (QueryNetwork network = new QueryNetwork(description.config(), Backends.cpu(), 9)) {
      PolicyFile.save(file, network, description);
    }
    return file;
  }
}
