package dev.assay.bench;

import dev.assay.kernel.ClassDistributions;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.RalisLayout;
import dev.assay.score.RalisState;
import dev.assay.score.RegionList;

/**
 * One RALIS step on CamVid as the paper has it, from logits in memory: 480 candidates in 20 images,
 * 240 regions of 10 state images, regions of 80 x 90, into one state and one action matrix.
 */
final class RalisStep implements AutoCloseable {
  static final int CLASSES = 11;
  static final int HEIGHT = 360;
  static final int WIDTH = 480;
  static final int CANDIDATE_IMAGES = 20;
  static final int STATE_IMAGES = 10;

  private final Engine engine;
  private final RalisState state;
  private final RegionList candidateRegions =
      RegionList.grid(CANDIDATE_IMAGES, WIDTH, HEIGHT, 80, 90);
  private final RegionList stateRegions = RegionList.grid(STATE_IMAGES, WIDTH, HEIGHT, 80, 90);
  private final TensorView candidates;
  private final TensorView others;
  private final ClassDistributions labelled;
  private final HostBuffer stateRows;
  private final HostBuffer actionRows;

  /**
   * Works on memory of the caller.
   *
   * @param candidates logits of the candidates' images
   * @param others logits of the state images
   * @param labelled f64 [regions, C + 1] class proportions of the labelled regions
   */
  RalisStep(int threads, TensorView candidates, TensorView others, Span labelled, long regions) {
    RalisLayout layout = new RalisLayout(CLASSES, RalisLayout.Reading.PUBLISHED_CODE);
    this.candidates = candidates;
    this.others = others;
    this.labelled =
        new ClassDistributions(labelled, ClassDistributions.Type.F64, regions, CLASSES + 1, 1e-7);
    this.engine = Engine.cpu(threads);
    this.state = new RalisState(engine.session(), layout);
    this.stateRows = HostBuffer.floats("state", (long) stateRegions.size() * layout.stateWidth());
    this.actionRows =
        HostBuffer.floats("action", (long) candidateRegions.size() * layout.actionWidth());
  }

  /** The whole step. */
  void run() {
    state.begin(Span.of(stateRows), Span.of(actionRows));
    state.addStateRegions(others, stateRegions);
    state.addCandidates(candidates, candidateRegions);
    state.finish(labelled);
  }

  /** f32 [240, 204]. */
  HostBuffer stateRows() {
    return stateRows;
  }

  /** f32 [480, 268]. */
  HostBuffer actionRows() {
    return actionRows;
  }

  @Override
  public void close() {
    state.close();
    engine.close();
    candidateRegions.close();
    stateRegions.close();
    stateRows.close();
    actionRows.close();
  }
}
