package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.ClassSet;
import dev.assay.data.ImageBatches;
import dev.assay.data.ImagePack;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.model.PolicyInput;
import dev.assay.model.QueryNetwork;
import dev.assay.score.LabelledDistributions;
import dev.assay.score.NanScoresException;
import dev.assay.score.RalisLayout;
import dev.assay.score.RalisState;
import dev.assay.score.RegionList;
import dev.assay.select.Candidates;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.UnsafeApi;

/**
 * What a policy sees in one step: the state, from the segmenter's predictions on D_S, and the K x N
 * candidates offered, pool by pool. One forward pass for each image that has a state region or a
 * candidate. Owner of both matrices; confined to one thread.
 */
final class PolicyView implements AutoCloseable {
  /** Adds the regions of a batch of images. */
  @FunctionalInterface
  private interface Sink {
    void add(TensorView logits, RegionList regions);
  }

  private final Workbench bench;
  private final PolicyInput input;
  private final RalisState features;
  private final LabelledDistributions labelled;
  private final int[] stateImages;
  private final int[] stateRegions;
  private final HostBuffer stateRows;
  private final HostBuffer candidateRows;
  private final HostBuffer state;
  private final HostBuffer actions;
  private final HostBuffer values;
  private int offered;

  /**
   * @param pools most pools offered in a step
   * @param poolSize most candidates in a pool
   */
  PolicyView(Workbench bench, PolicyModel model, int pools, int poolSize) {
    this.bench = bench;
    this.input = model.input();
    RalisLayout layout = input.layout();
    this.features = new RalisState(bench.scorer(), layout, model.classMap());
    this.labelled = new LabelledDistributions(bench.classes(), ClassSet.IGNORE);
    int perImage = bench.grid().perImage();
    int[] images = bench.roles().state();
    int[] rows = model.stateRows();
    this.stateImages = Arrays.stream(rows).map(row -> images[row / perImage]).toArray();
    this.stateRegions = Arrays.stream(rows).map(row -> row % perImage).toArray();
    long states = stateImages.length;
    long candidates = (long) pools * poolSize;
    this.stateRows = HostBuffer.floats("state rows", states * layout.stateWidth());
    this.candidateRows = HostBuffer.floats("candidate rows", candidates * layout.actionWidth());
    this.state = HostBuffer.floats("state", model.query().stateValues());
    this.actions = HostBuffer.floats("actions", model.query().actionValues(candidates));
    this.values = HostBuffer.floats("Q", candidates);
  }

  /** Starts an episode: nothing is labelled. */
  void forgetLabels() {
    labelled.clear();
  }

  /** A region was labelled; candidates are compared with its true classes from now on. */
  void addLabelled(int image, int region) {
    ImagePack pack = bench.data().train();
    RegionGrid grid = bench.grid();
    int width = pack.width(image);
    int height = pack.height(image);
    Span labels = Span.raw(pack.labelAddress(image), (long) width * height);
    int[] nxy = {0, grid.x(region), grid.y(region)};
    try (RegionList list = RegionList.of(grid.width(), grid.height(), nxy)) {
      labelled.add(labels, 1, height, width, list);
    }
  }

  /**
   * Looks at the state set and the candidates with the segmenter's present weights.
   *
   * @param pools candidate numbers, pools of one size
   */
  void look(Candidates candidates, List<int[]> pools, StepClock clock) {
    int[] members = pools.stream().flatMapToInt(Arrays::stream).toArray();
    int[] order =
        IntStream.range(0, members.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> candidates.image(members[i])))
            .mapToInt(i -> i)
            .toArray();
    int[] images = Arrays.stream(order).map(i -> candidates.image(members[i])).toArray();
    int[] regions = Arrays.stream(order).map(i -> candidates.region(members[i])).toArray();
    features.begin(Span.of(stateRows), Span.of(candidateRows));
    forward(stateImages, stateRegions, features::addStateRegions, clock);
    forward(images, regions, features::addCandidates, clock);
    offered = members.length;
    clock.time(
        StepClock.Part.CHOOSE,
        () -> {
          features.finish(labelled.view());
          input.copyStates(stateRows, stateImages.length, state);
          for (int row = 0; row < order.length; row++) {
            input.copyAction(candidateRows, row, actions, order[row]);
          }
          return null;
        });
  }

  /** Passes regions, ascending by image, to the sink with the logits of their images. */
  private void forward(int[] images, int[] regions, Sink sink, StepClock clock) {
    ImagePack pack = bench.data().train();
    int[] distinct = Arrays.stream(images).distinct().toArray();
    int batchSize = Math.max(1, Math.min(bench.config().evaluation().batchSize(), distinct.length));
    try (Batch batch = new Batch(batchSize, pack.height(0), pack.width(0))) {
      int first = 0;
      for (int from = 0; from < distinct.length; from += batchSize) {
        int count = Math.min(batchSize, distinct.length - from);
        int offset = from;
        TensorView logits =
            clock.time(
                StepClock.Part.FORWARD,
                () -> {
                  ImageBatches.fill(batch, pack, distinct, offset, count);
                  return bench.segmenter().logits(batch).images(0, count);
                });
        int begin = first;
        int end = AcquisitionPass.end(images, begin, distinct[from + count - 1]);
        clock.time(
            StepClock.Part.CHOOSE,
            () -> {
              RegionList list =
                  AcquisitionPass.regionList(bench.grid(), images, regions, begin, end);
              add(sink, logits, list, distinct, offset);
              return null;
            });
        first = end;
      }
    }
  }

  private void add(Sink sink, TensorView logits, RegionList regions, int[] images, int first) {
    try (regions) {
      sink.add(logits, regions);
    } catch (NanScoresException e) {
      int image = images[first + Math.toIntExact(e.image())];
      throw Workbench.diverged(bench.data().train(), image, e);
    }
  }

  /** Address of fp32 [S, F]. */
  long state() {
    return state.address();
  }

  /** Address of fp32 [K, N, F + similarities], in the order of the pools. */
  long actions() {
    return actions.address();
  }

  /** Values all candidates; address of fp32 [K, N]. */
  long values(QueryNetwork network) {
    network.observe(state(), 1);
    network.value(actions(), 1, offered, values.address());
    return values.address();
  }

  /** Q of candidate {@code i} in the order of the pools, after {@link #values}. */
  float value(int i) {
    return UnsafeApi.getFloat(values.address() + 4L * i);
  }

  @Override
  public void close() {
    features.close();
    labelled.close();
    stateRows.close();
    candidateRows.close();
    state.close();
    actions.close();
    values.close();
  }
}
