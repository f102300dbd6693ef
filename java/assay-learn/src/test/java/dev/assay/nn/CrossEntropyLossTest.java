package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.onednn.OneDnnBackend;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropyLossTest {
  private static final int CLASSES = 5;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void valueAndGradient(boolean weighted) {
    List<Float> weights = weighted ? List.of(1f, 2f, 0.5f, 3f, 0f) : List.of();
    Shape shape = new Shape(2, 6, 7, CLASSES);
    int pixels = 84;
    try (Backend backend = new OneDnnBackend();
        Probe probe = new Probe(backend, shape, (g, x) -> g.relu("r", x));
        HostBuffer labels = HostBuffer.allocate("labels", pixels);
        CrossEntropyLoss loss = new CrossEntropyLoss(backend.memory(), Exec.cpu(2), 255, weights)) {
      Random random = new Random(3);
      for (int i = 0; i < pixels; i++) {
        labels.putByte(i, (byte) (random.nextInt(4) == 0 ? 255 : random.nextInt(CLASSES)));
      }
      double[] logits = probe.run();
      double total = 0;
      double sum = 0;
      double[][] probabilities = new double[pixels][CLASSES];
      for (int i = 0; i < pixels; i++) {
        double z = 0;
        for (int c = 0; c < CLASSES; c++) {
          z += Math.exp(logits[i * CLASSES + c]);
        }
        for (int c = 0; c < CLASSES; c++) {
          probabilities[i][c] = Math.exp(logits[i * CLASSES + c]) / z;
        }
        int label = labels.getByte(i) & 0xFF;
        if (label != 255) {
          double w = weighted ? weights.get(label) : 1;
          total += w;
          sum -= w * Math.log(probabilities[i][label]);
        }
      }
      assertEquals(sum / total, loss.run(probe.graph, probe.y, labels.address()), 1e-5);
      assertEquals(total, loss.weightSum(), 1e-9);
      for (int i = 0; i < pixels; i++) {
        int label = labels.getByte(i) & 0xFF;
        double w = label == 255 ? 0 : (weighted ? weights.get(label) : 1) / total;
        for (int c = 0; c < CLASSES; c++) {
          double expected = w * (probabilities[i][c] - (c == label ? 1 : 0));
          float found = probe.get(probe.graph.gradient(probe.y), i * CLASSES + c);
          assertEquals(expected, found, 1e-6, "pixel " + i + " class " + c);
        }
      }
    }
  }

  @Test
  void refusesLabelsThatAreNoClass() {
    try (Backend backend = new OneDnnBackend();
        Probe probe = new Probe(backend, new Shape(1, 2, 2, 3), (g, x) -> g.relu("r", x));
        HostBuffer labels = HostBuffer.allocate("labels", 4);
        CrossEntropyLoss loss =
            new CrossEntropyLoss(backend.memory(), Exec.cpu(1), 255, List.of())) {
      labels.putByte(2, (byte) 3);
      assertThrows(
          IllegalArgumentException.class, () -> loss.run(probe.graph, probe.y, labels.address()));
    }
  }
}
