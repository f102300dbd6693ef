package dev.assay.nn.backend.cudnn;

import dev.assay.device.AssayException;
import dev.assay.device.CudaGraph;
import dev.assay.device.DeviceLostException;
import dev.assay.nn.backend.Operation;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operations of a program that are recorded together, or one that cannot be. The first run is never
 * a recording: in it libraries load what they need, which a recording must not hold.
 */
final class Segment implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

  private final CudnnContext cudnn;
  private final List<Operation> operations;
  private boolean recordable;
  private boolean warm;
  private CudaGraph graph;

  Segment(CudnnContext cudnn, List<Operation> operations) {
    this.cudnn = cudnn;
    this.operations = operations;
    this.recordable = operations.get(0).isReplayable();
  }

  void run() {
    if (graph == null && warm && recordable) {
      record();
    }
    if (graph != null) {
      graph.launch(cudnn.stream());
    } else {
      runEach();
    }
    warm = true;
  }

  private void runEach() {
    for (int i = 0; i < operations.size(); i++) {
      operations.get(i).run();
    }
  }

  private void record() {
    try {
      graph = cudnn.stream().capture(this::runEach);
    } catch (DeviceLostException e) {
      throw e;
    } catch (AssayException | UnsupportedOperationException e) {
      recordable = false;
      LOG.warn("{} runs without a CUDA graph: {}", operations.get(0).name(), e.getMessage());
    }
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
    }
  }
}
