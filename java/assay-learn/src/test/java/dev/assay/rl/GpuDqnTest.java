package dev.assay.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.device.CudaDevice;
import dev.assay.model.QueryConfig;
import dev.assay.model.QueryFixture;
import dev.assay.model.QueryNetwork;
import dev.assay.nn.Gpu;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.CudaOptions;
import dev.assay.rl.DqnConfig.Bootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Double DQN learns on a GPU what it learns on the CPU. */
@Tag("emulated-gpu")
class GpuDqnTest {
  private static final QueryConfig SHAPE = QueryFixture.SMALL;
  private static final int CANDIDATES = 5;

  @TempDir Path folder;
  private CudaDevice device;

  @BeforeEach
  void open() {
    device = Gpu.openOrSkip(0);
  }

  @AfterEach
  void close() {
    if (device != null) {
      assertEquals(0, device.allocatedBytes(), "device memory was not freed");
      device.close();
    }
  }

  private static DoubleDqn learner(Bootstrap bootstrap, Supplier<Backend> backend) {
    return new DoubleDqn(
        DqnConfig.standard(1e-2, 50).with(bootstrap),
        QueryFixture.network(SHAPE, backend.get(), 4),
        QueryFixture.network(SHAPE, backend.get(), 5));
  }

  @ParameterizedTest
  @EnumSource(Bootstrap.class)
  void updatesAgree(Bootstrap bootstrap) throws IOException {
    Supplier<Backend> gpu = () -> Backends.cuda(device, CudaOptions.DEFAULT);
    try (DoubleDqn expected = learner(bootstrap, Backends::cpu);
        DoubleDqn found = learner(bootstrap, gpu)) {
      for (int i = 0; i < 4; i++) {
        try (TransitionBatch batch = Experience.noise(SHAPE, CANDIDATES, 8, i)) {
          assertEquals(expected.update(batch), found.update(batch), 1e-4, "update " + i);
        }
        if (i == 1) {
          expected.copyToTarget();
          found.copyToTarget();
        }
      }
      assertArrayEquals(weights(expected.policy()), weights(found.policy()), 2e-4f);
      assertArrayEquals(weights(expected.target()), weights(found.target()), 2e-4f);
      Path file = folder.resolve("gpu");
      found.save(file);
      expected.load(file);
      expected.save(folder.resolve("cpu"));
      assertEquals(-1, Files.mismatch(file, folder.resolve("cpu")), "a file changed on its way");
    }
  }

  private static float[] weights(QueryNetwork network) {
    return QueryFixture.weights(network);
  }
}
