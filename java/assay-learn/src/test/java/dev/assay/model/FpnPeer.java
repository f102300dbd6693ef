package dev.assay.model;

import dev.assay.data.Batch;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.onednn.OneDnnBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The Java side of bench/peers/fpn_vs_torch.py: reads what the script wrote, runs the same network,
 * and prints one line of JSON.
 */
public final class FpnPeer {
  private FpnPeer() {}

  /**
   * Runs {@code check BACKBONE CLASSES N H W FOLDER RATE MOMENTUM DECAY} or {@code time BACKBONE
   * CLASSES N H W train|predict REPEAT}.
   */
  public static void main(String[] args) throws IOException {
    boolean check = args[0].equals("check");
    double momentum = check ? Double.parseDouble(args[8]) : 0.9;
    double decay = check ? Double.parseDouble(args[9]) : 1e-4;
    FpnConfig config =
        new FpnConfig(
            ResNet.Depth.valueOf(args[1]),
            1,
            256,
            128,
            0,
            Integer.parseInt(args[2]),
            List.of(),
            momentum,
            decay,
            0,
            Precision.F32,
            0,
            Integer.getInteger("threads", 0));
    int n = Integer.parseInt(args[3]);
    int h = Integer.parseInt(args[4]);
    int w = Integer.parseInt(args[5]);
    try (FpnSegmenter net = new FpnSegmenter(config, new OneDnnBackend());
        Batch batch = new Batch(n, h, w)) {
      if (check) {
        check(net, batch, Path.of(args[6]), Double.parseDouble(args[7]));
      } else {
        time(net, batch, args[6].equals("train"), Integer.parseInt(args[7]));
      }
    }
  }

  private static void check(FpnSegmenter net, Batch batch, Path folder, double rate)
      throws IOException {
    fill(folder.resolve("images.f4"), batch.images());
    fill(folder.resolve("labels.u1"), batch.labels());
    net.load(folder.resolve("before.safetensors"));
    TensorView logits = net.logits(batch);
    byte[] bytes = new byte[Math.toIntExact(logits.n() * logits.strideN() * Float.BYTES)];
    new UnsafeBuffer(logits.address(), bytes.length).getBytes(0, bytes);
    Files.write(folder.resolve("logits.f4"), bytes);
    double loss = net.trainStep(batch, rate);
    net.save(folder.resolve("after.safetensors"));
    System.out.println("{\"loss\": " + loss + "}");
  }

  private static void fill(Path file, HostBuffer buffer) throws IOException {
    buffer.view().putBytes(0, ByteBuffer.wrap(Files.readAllBytes(file)), (int) buffer.bytes());
  }

  private static void time(FpnSegmenter net, Batch batch, boolean train, int repeat) {
    for (long i = 0; i < batch.labels().bytes(); i++) {
      batch.labels().putByte(i, (byte) (i % net.classes()));
    }
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < repeat + 3; i++) {
      long start = System.nanoTime();
      if (train) {
        net.trainStep(batch, 1e-3);
      } else {
        net.logits(batch);
      }
      if (i >= 3) {
        times.add((System.nanoTime() - start) * 1e-6);
      }
    }
    System.out.println("{\"ms\": " + times + "}");
  }
}
