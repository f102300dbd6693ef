package dev.assay.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.data.Batch;
import dev.assay.format.Safetensors;
import dev.assay.memory.TensorView;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.onednn.OneDnnBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FpnSegmenterTest {
  static final FpnConfig TINY =
      new FpnConfig(
          ResNet.Depth.RESNET18,
          0.125,
          16,
          16,
          0.1,
          4,
          List.of(),
          0.9,
          1e-4,
          5,
          Precision.F32,
          1,
          2);

  @TempDir Path folder;

  private static FpnSegmenter open(FpnConfig config) {
    return new FpnSegmenter(config, new OneDnnBackend());
  }

  /** Four colours in four quadrants around a random point, noisy; a tenth is unlabelled. */
  static Batch quadrants(int n, int height, int width, long seed) {
    Random random = new Random(seed);
    Batch batch = new Batch(n, height, width);
    for (int i = 0; i < n * height * width; i++) {
      if (i % (height * width) == 0) {
        random.setSeed(seed * 31 + i);
      }
      int y = i / width % height;
      int x = i % width;
      int label = (x > width / 3 ? 1 : 0) + (y > height / 2 ? 2 : 0);
      batch.labels().putByte(i, (byte) (random.nextInt(10) == 0 ? 255 : label));
      for (int c = 0; c < 3; c++) {
        double value = ((label >> c) & 1) - 0.5 + 0.3 * random.nextGaussian();
        batch.images().putFloat(i * 3L + c, (float) value);
      }
    }
    return batch;
  }

  private static float[] values(TensorView view) {
    float[] values = new float[(int) (view.n() * view.c() * view.h() * view.w())];
    for (int i = 0; i < values.length; i++) {
      values[i] = UnsafeApi.getFloat(view.address() + 4L * i);
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"F32", "BF16"})
  void lossFallsAndPredictionsFollow(Precision precision) {
    try (OneDnnBackend backend = new OneDnnBackend()) {
      backend.requireComputable(precision.type());
    } catch (UnsupportedOperationException e) {
      System.out.println("SKIPPED: segmenter in " + precision + ": " + e.getMessage());
      return;
    }
    try (FpnSegmenter net = open(TINY.withPrecision(precision));
        Batch batch = quadrants(4, 64, 96, 1);
        Batch fresh = quadrants(2, 80, 72, 2)) {
      double first = net.trainStep(batch, 0.02);
      assertEquals(Math.log(4), first, 0.3);
      double last = 0;
      for (int i = 0; i < 40; i++) {
        last = net.trainStep(batch, 0.02);
      }
      assertTrue(last < 0.3 * first, first + " -> " + last);
      TensorView logits = net.logits(fresh);
      assertEquals(
          List.of(2L, 4L, 80L, 72L), List.of(logits.n(), logits.c(), logits.h(), logits.w()));
      assertTrue(accuracy(logits, fresh) > 0.85, "accuracy " + accuracy(logits, fresh));
    }
  }

  private static double accuracy(TensorView logits, Batch batch) {
    float[] z = values(logits);
    int right = 0;
    int counted = 0;
    for (int i = 0; i < z.length / 4; i++) {
      int label = batch.labels().getByte(i) & 0xFF;
      if (label != 255) {
        int best = 0;
        for (int c = 1; c < 4; c++) {
          best = z[i * 4 + c] > z[i * 4 + best] ? c : best;
        }
        counted++;
        right += best == label ? 1 : 0;
      }
    }
    return right / (double) counted;
  }

  @Test
  void nothingLabelledChangesNothing() {
    try (FpnSegmenter net = open(TINY);
        Batch batch = quadrants(2, 64, 64, 1)) {
      float[] before = values(net.logits(batch));
      for (long i = 0; i < batch.labels().bytes(); i++) {
        batch.labels().putByte(i, (byte) 255);
      }
      assertEquals(0, net.trainStep(batch, 0.1));
      assertEquals(0, net.steps());
      assertArrayEquals(before, values(net.logits(batch)), 0);
    }
  }

  /** Three images on two threads: the uneven share that a racing weight gradient shows with. */
  @Test
  void unevenBatchesGiveTheSameBitsEveryTime() throws IOException {
    Path start = folder.resolve("start.safetensors");
    Path file = folder.resolve("after.safetensors");
    try (Batch batch = quadrants(3, 64, 64, 1);
        FpnSegmenter net = open(TINY)) {
      net.save(start);
      byte[] first = null;
      for (int repeat = 0; repeat < 12; repeat++) {
        net.load(start);
        net.trainStep(batch, 0.02);
        net.save(file);
        byte[] now = Files.readAllBytes(file);
        first = first == null ? now : first;
        assertArrayEquals(first, now, "repeat " + repeat);
      }
    }
  }

  @Test
  void continuesBitForBitAfterLoading() throws IOException {
    Path file = folder.resolve("net.safetensors");
    try (Batch one = quadrants(4, 64, 64, 1);
        Batch two = quadrants(3, 64, 96, 2);
        FpnSegmenter net = open(TINY)) {
      net.trainStep(one, 0.02);
      net.trainStep(two, 0.02);
      net.save(file);
      double a = net.trainStep(one, 0.02);
      double b = net.trainStep(two, 0.02);
      float[] logits = values(net.logits(one));
      try (FpnSegmenter other = open(TINY.withSeed(99))) {
        other.load(file);
        assertEquals(2, other.steps());
        assertEquals(a, other.trainStep(one, 0.02));
        assertEquals(b, other.trainStep(two, 0.02));
        assertArrayEquals(logits, values(other.logits(one)), 0);
      }
      net.initialise(TINY.seed());
      try (FpnSegmenter fresh = open(TINY)) {
        assertArrayEquals(values(fresh.logits(one)), values(net.logits(one)), 0);
      }
    }
  }

  @Test
  void refusesAnotherNetworksFile() throws IOException {
    Path file = folder.resolve("net.safetensors");
    FpnConfig wider =
        new FpnConfig(
            ResNet.Depth.RESNET18, 0.125, 24, 16, 0, 4, List.of(), 0.9, 0, 0, Precision.F32, 1, 2);
    try (FpnSegmenter net = open(TINY);
        FpnSegmenter other = open(wider);
        Batch batch = quadrants(1, 64, 64, 1)) {
      net.save(file);
      float[] before = values(other.logits(batch));
      IOException e = assertThrows(IOException.class, () -> other.load(file));
      assertTrue(e.getMessage().contains("pyramid=16"), e.getMessage());
      assertTrue(e.getMessage().contains("pyramid=24"), e.getMessage());
      assertArrayEquals(before, values(other.logits(batch)), 0);
    }
  }

  @Test
  void stochasticPassesDifferAndRepeat() {
    try (FpnSegmenter net = open(TINY);
        Batch batch = quadrants(1, 64, 64, 1)) {
      float[] plain = values(net.logits(batch));
      List<float[]> first = passes(net, batch, 3);
      List<float[]> second = passes(net, batch, 2);
      assertFalse(Arrays.equals(first.get(0), first.get(1)));
      assertFalse(Arrays.equals(first.get(1), first.get(2)));
      assertFalse(Arrays.equals(first.get(0), plain));
      assertArrayEquals(first.get(0), second.get(0), 0);
      assertArrayEquals(first.get(1), second.get(1), 0);
    }
  }

  private static List<float[]> passes(FpnSegmenter net, Batch batch, int count) {
    List<float[]> passes = new ArrayList<>();
    net.stochasticLogits(batch, count, logits -> passes.add(values(logits)));
    return passes;
  }

  /** torchvision's names and shapes of a ResNet-18 whose widths are divided by 8. */
  private static Map<String, int[]> torchvision() {
    Map<String, int[]> arrays = new LinkedHashMap<>();
    convolutionAndNorm(arrays, "conv1", "bn1", 8, 3, 7);
    int in = 8;
    for (int layer = 1; layer <= 4; layer++) {
      int out = 4 << layer;
      for (int block = 0; block < 2; block++) {
        String name = "layer" + layer + "." + block + ".";
        convolutionAndNorm(arrays, name + "conv1", name + "bn1", out, in, 3);
        convolutionAndNorm(arrays, name + "conv2", name + "bn2", out, out, 3);
        if (in != out) {
          convolutionAndNorm(arrays, name + "downsample.0", name + "downsample.1", out, in, 1);
        }
        in = out;
      }
    }
    arrays.put("fc.weight", new int[] {10, 64});
    arrays.put("fc.bias", new int[] {10});
    return arrays;
  }

  private static void convolutionAndNorm(
      Map<String, int[]> arrays, String conv, String norm, int out, int in, int kernel) {
    arrays.put(conv + ".weight", new int[] {out, in, kernel, kernel});
    for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
      arrays.put(norm + "." + part, new int[] {out});
    }
    arrays.put(norm + ".num_batches_tracked", new int[0]);
  }

  private Path write(Map<String, int[]> arrays) throws IOException {
    StringBuilder header = new StringBuilder("{");
    List<byte[]> data = new ArrayList<>();
    int offset = 0;
    for (Map.Entry<String, int[]> a : arrays.entrySet()) {
      boolean counter = a.getKey().endsWith("num_batches_tracked");
      int count = Arrays.stream(a.getValue()).reduce(1, (x, y) -> x * y);
      ByteBuffer values = ByteBuffer.allocate(count * (counter ? 8 : 4));
      values.order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count && !counter; i++) {
        values.putFloat(1 + i % 5 * 0.01f);
      }
      data.add(values.array());
      header
          .append(data.size() > 1 ? "," : "")
          .append('"')
          .append(a.getKey())
          .append("\":{\"dtype\":\"")
          .append(counter ? "I64" : "F32")
          .append("\",\"shape\":")
          .append(Arrays.toString(a.getValue()))
          .append(",\"data_offsets\":[")
          .append(offset)
          .append(',')
          .append(offset += values.capacity())
          .append("]}");
    }
    byte[] json = header.append('}').toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(8 + json.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(json.length).put(json);
    data.forEach(all::put);
    return Files.write(folder.resolve("backbone.safetensors"), all.array());
  }

  @Test
  void loadsTorchvisionsBackbone() throws IOException {
    Path saved = folder.resolve("saved.safetensors");
    try (FpnSegmenter net = open(TINY)) {
      net.save(saved);
      float[] head;
      try (Safetensors in = Safetensors.open(saved)) {
        head = in.floats("head.level1.0.conv.weight");
      }
      net.loadBackbone(write(torchvision()));
      net.save(saved);
      try (Safetensors in = Safetensors.open(saved)) {
        float[] w = in.floats("layer2.0.downsample.0.weight");
        assertEquals(16 * 8, w.length);
        assertEquals(1.03f, w[3]);
        assertEquals(1.04f, in.floats("layer4.1.bn2.running_var")[4]);
        assertArrayEquals(head, in.floats("head.level1.0.conv.weight"), 0);
      }
    }
  }

  @Test
  void saysWhatDoesNotFit() throws IOException {
    Map<String, int[]> arrays = torchvision();
    arrays.remove("layer1.1.bn1.weight");
    arrays.put("layer3.0.conv1.weight", new int[] {32, 16, 1, 1});
    arrays.put("layer1.2.conv1.weight", new int[] {8, 8, 3, 3});
    Path file = write(arrays);
    try (FpnSegmenter net = open(TINY)) {
      IOException e = assertThrows(IOException.class, () -> net.loadBackbone(file));
      for (String part :
          List.of(
              file.toString(),
              "layer1.1.bn1.weight is missing",
              "layer3.0.conv1.weight is [32, 16, 1, 1], expected [32, 16, 3, 3]",
              "layer1.2.conv1.weight is unknown")) {
        assertTrue(e.getMessage().contains(part), e.getMessage());
      }
    }
  }

  @Test
  void refusesImpossibleConfigurations() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> FpnConfig.standard(ResNet.Depth.RESNET50, 300));
    assertEquals("classes=300.0 must be in [2, 255]", e.getMessage());
    try (FpnSegmenter net = open(TINY);
        Batch small = new Batch(1, 16, 64)) {
      assertThrows(IllegalArgumentException.class, () -> net.logits(small));
    }
    assertThrows(
        UnsupportedOperationException.class,
        () -> {
          try (OneDnnBackend backend = new OneDnnBackend()) {
            backend.requireComputable(ElementType.U8);
          }
        });
  }
}
