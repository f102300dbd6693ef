package dev.assay.nn;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The layers where cuDNN refuses every graph, so that all is done in single steps. */
@Tag("emulated-gpu")
class CudnnStepwiseLayerTest extends CudnnLayerTest {
  @BeforeAll
  static void refuseGraphs() {
    Gpu.emulatorOrSkip();
    Gpu.control("fail operation_graph:*=3000");
  }

  @AfterAll
  static void allowGraphs() {
    Gpu.control("clear");
  }
}
