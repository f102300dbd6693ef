package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.ImageBatches;
import dev.assay.data.ImagePack;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import dev.assay.select.Candidates;
import dev.assay.select.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.UnsafeApi;

/**
 * Scores every unlabelled region: one forward pass per image that has any, one read of its logits,
 * only the wanted signals. Logits are never kept.
 */
final class AcquisitionPass {
  private final Session session;
  private final LabelledSet labelled;
  private final Set<Signal> wanted;
  private final int[] images;
  private final int[] regions;
  private final Map<Signal, float[]> values = new EnumMap<>(Signal.class);
  private int[] histogram = new int[0];

  private AcquisitionPass(Session session, LabelledSet labelled, Set<Signal> wanted) {
    this.session = session;
    this.labelled = labelled;
    this.wanted = wanted;
    int count = session.candidateRegions() - labelled.size();
    this.images = new int[count];
    this.regions = new int[count];
    int i = 0;
    for (int image : session.candidates()) {
      for (int region = 0; region < session.grid().perImage(); region++) {
        if (!labelled.contains(image, region)) {
          images[i] = image;
          regions[i++] = region;
        }
      }
    }
  }

  /** The unlabelled regions without any signal. */
  static Candidates unscored(Session session, LabelledSet labelled) {
    AcquisitionPass pass = new AcquisitionPass(session, labelled, Set.of());
    return new Candidates(pass.images, pass.regions, session.classes());
  }

  /**
   * The unlabelled regions with the wanted signals.
   *
   * @throws ExperimentException if the network's output holds NaN
   */
  static Candidates score(
      Session session,
      LabelledSet labelled,
      Set<Signal> wanted,
      ProgressListener listener,
      String message) {
    AcquisitionPass pass = new AcquisitionPass(session, labelled, wanted);
    pass.run(listener, message);
    Candidates candidates = new Candidates(pass.images, pass.regions, session.classes());
    pass.values.forEach(candidates::with);
    if (wanted.contains(Signal.CLASS_HISTOGRAM)) {
      candidates.withClassHistogram(pass.histogram);
    }
    return candidates;
  }

  private void run(ProgressListener listener, String message) {
    for (Signal signal : wanted) {
      if (signal == Signal.CLASS_HISTOGRAM) {
        histogram = new int[Math.multiplyExact(images.length, session.classes())];
      } else {
        values.put(signal, new float[images.length]);
      }
    }
    int[] open = openImages();
    int batchSize = session.config().evaluation().batchSize();
    int room = batchSize * session.grid().perImage();
    ImagePack pack = session.data().train();
    try (Batch batch = new Batch(batchSize, pack.height(0), pack.width(0));
        HostBuffer nxy = HostBuffer.allocate("region positions", 12L * room);
        RegionValues out = new RegionValues(room, session.classes())) {
      int first = 0;
      for (int from = 0; from < open.length; from += batchSize) {
        int count = Math.min(batchSize, open.length - from);
        ImageBatches.fill(batch, pack, open, from, count);
        TensorView logits = session.segmenter().logits(batch).images(0, count);
        int scored = place(nxy, first, open, from, count);
        long nans = session.engine().regions(logits, nxy, scored, session.grid(), wanted, out);
        if (nans > 0) {
          throw new ExperimentException(
              nans
                  + " pixels of the network's output are NaN for images "
                  + names(pack, open, from, count)
                  + "; training has diverged: lower training.learning_rate");
        }
        keep(out, first, scored);
        first += scored;
        listener.progress("score", from + count, open.length, message);
      }
    }
  }

  /** Candidate images that still have an unlabelled region. */
  private int[] openImages() {
    return Arrays.stream(session.candidates())
        .filter(image -> labelled.countIn(image) < session.grid().perImage())
        .toArray();
  }

  /** Writes (image in batch, x, y) of the batch's candidates, which start at {@code first}. */
  private int place(HostBuffer nxy, int first, int[] open, int from, int count) {
    int i = first;
    long at = nxy.address();
    for (int n = 0; n < count; n++) {
      for (; i < images.length && images[i] == open[from + n]; i++, at += 12) {
        UnsafeApi.putInt(at, n);
        UnsafeApi.putInt(at + 4, session.grid().x(regions[i]));
        UnsafeApi.putInt(at + 8, session.grid().y(regions[i]));
      }
    }
    return i - first;
  }

  private void keep(RegionValues out, int first, int count) {
    values.forEach(
        (signal, kept) -> {
          for (int i = 0; i < count; i++) {
            kept[first + i] = out.buffer(signal).getFloat(i);
          }
        });
    if (histogram.length > 0) {
      int classes = session.classes();
      long from = out.buffer(Signal.CLASS_HISTOGRAM).address();
      for (int i = 0; i < count * classes; i++) {
        histogram[first * classes + i] = UnsafeApi.getInt(from + 4L * i);
      }
    }
  }

  private static List<String> names(ImagePack pack, int[] open, int from, int count) {
    List<String> names = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      names.add(pack.id(open[i]));
    }
    return names;
  }
}
