package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations on a GPU. Neighbours that enqueue the same work each time are recorded as one CUDA
 * graph in their second run, and launched as such from then on.
 */
final class CudnnProgram implements Program {
  private final CudnnContext cudnn;
  private final List<Operation> operations;
  private final List<Segment> segments = new ArrayList<>();
  private final Runnable body = this::runInContext;

  CudnnProgram(CudnnContext cudnn, List<Operation> operations) {
    this.cudnn = cudnn;
    this.operations = List.copyOf(operations);
    int begin = 0;
    for (int i = 1; i <= operations.size(); i++) {
      boolean cut =
          i == operations.size()
              || !operations.get(i).isReplayable()
              || !operations.get(i - 1).isReplayable();
      if (cut) {
        segments.add(new Segment(cudnn, this.operations.subList(begin, i)));
        begin = i;
      }
    }
  }

  @Override
  public void run() {
    cudnn.device().run(body);
  }

  private void runInContext() {
    for (int i = 0; i < operations.size(); i++) {
      operations.get(i).prepare();
    }
    for (int i = 0; i < segments.size(); i++) {
      segments.get(i).run();
    }
  }

  @Override
  public void close() {
    cudnn.stream().settle();
    segments.forEach(Segment::close);
  }
}
