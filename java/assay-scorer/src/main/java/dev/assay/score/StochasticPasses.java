package dev.assay.score;

import dev.assay.kernel.BaldOutputs;
import dev.assay.kernel.PassSums;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Owner;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.io.IOException;
import java.util.List;
import org.agrona.UnsafeApi;

/** MC dropout: passes are added up one by one, so that memory does not grow with their number. */
final class StochasticPasses extends Predictions {
  static final String MUTUAL_INFORMATION = "mutual_information_mean";
  static final String PREDICTIVE_ENTROPY = "predictive_entropy_mean";
  static final String EXPECTED_ENTROPY = "expected_entropy_mean";

  private final int passes;
  private String name = "";
  private long image;
  private Owner probabilities;
  private Owner entropies;
  private HostBuffer mean;

  StochasticPasses(ScoreSource source, int passes) {
    super(source, List.of(MUTUAL_INFORMATION, PREDICTIVE_ENTROPY, EXPECTED_ENTROPY));
    if (passes < 1 || source.images() % passes != 0) {
      throw new IllegalArgumentException(
          "passes="
              + passes
              + " must be >= 1 and divide the "
              + source.images()
              + " predictions into images");
    }
    this.passes = passes;
  }

  @Override
  public long images() {
    return source().images() / passes;
  }

  @Override
  String name() {
    return name;
  }

  @Override
  ScoreKind kind(ScoreKind kind) {
    return ScoreKind.PROBABILITIES;
  }

  @Override
  TensorView next(Session session, ScoreKind kind, RegionsOf regionsOf) throws IOException {
    TensorView pass = source().next();
    if (pass == null) {
      return null;
    }
    name = source().name();
    long height = pass.h();
    long width = pass.w();
    PassSums sums = sums(session, pass);
    RegionList regions = regionsOf.of(pass);
    for (int done = 0; done < passes; done++) {
      if (done > 0) {
        pass = source().next();
        requireSize(pass, height, width);
      }
      boolean last = done == passes - 1;
      BaldOutputs outputs = last ? outputs(regions.size()) : new BaldOutputs();
      try {
        session.bald(pass, kind, sums, done, last ? regions : null, outputs);
      } catch (NanScoresException e) {
        throw e.of(source().name(), image);
      }
    }
    image++;
    return mean(session, pass);
  }

  private BaldOutputs outputs(int regions) {
    return new BaldOutputs()
        .mutualInformationMean(room(MUTUAL_INFORMATION, regions))
        .predictiveEntropyMean(room(PREDICTIVE_ENTROPY, regions))
        .expectedEntropyMean(room(EXPECTED_ENTROPY, regions));
  }

  private void requireSize(TensorView pass, long height, long width) {
    if (pass.h() != height || pass.w() != width) {
      throw new IllegalArgumentException(
          source().name()
              + ": found a pass of "
              + pass.w()
              + "x"
              + pass.h()
              + " pixels, expected "
              + width
              + "x"
              + height
              + " as the image's first pass, "
              + name);
    }
  }

  /** Beside the scores: on a GPU they come to the host once an image, and not once a pass. */
  private PassSums sums(Session session, TensorView pass) {
    long pixels = pass.h() * pass.w() * Float.BYTES;
    if (entropies == null || entropies.bytes() != pixels) {
      freeSums();
      long values = Math.multiplyExact(pixels, pass.c());
      mean = HostBuffer.allocate("mean of passes", values);
      probabilities =
          session.exec().device().isCpu() ? mean : session.allocate("probability sums", values);
      entropies = session.allocate("entropy sums", pixels);
    }
    return new PassSums(Span.of(probabilities), Span.of(entropies));
  }

  /** The sums divided in the host's memory: they are not needed after the last pass. */
  private TensorView mean(Session session, TensorView pass) {
    if (probabilities != mean) {
      session.fetch(probabilities, mean);
    }
    float share = 1f / passes;
    long end = mean.address() + mean.bytes();
    for (long at = mean.address(); at < end; at += Float.BYTES) {
      UnsafeApi.putFloat(at, UnsafeApi.getFloat(at) * share);
    }
    return TensorView.nchw(mean.address(), DType.F32, 1, pass.c(), pass.h(), pass.w());
  }

  private void freeSums() {
    if (entropies != null) {
      entropies.close();
      probabilities.close();
      mean.close();
      entropies = null;
    }
  }

  @Override
  void end() {
    super.end();
    freeSums();
  }

  @Override
  public void close() {
    super.close();
    freeSums();
  }
}
