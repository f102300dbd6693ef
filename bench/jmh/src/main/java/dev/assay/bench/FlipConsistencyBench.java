package dev.assay.bench;

import dev.assay.kernel.FlipOutputs;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import org.agrona.UnsafeApi;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * How long does comparing an image's prediction with its mirrored one take, image sums alone or
 * with every map? Bytes: 8 c h w read; 21 h w written with maps.
 */
public class FlipConsistencyBench extends ScoreBenchmark {
  private TensorView flipped;
  private FlipOutputs sums;
  private FlipOutputs maps;

  @Override
  void prepare() {
    makeLogits();
    HostBuffer other = keep(Scores.logits(classes, height, width, values, layout.equals("nchw")));
    flipped = Scores.view(other, classes, height, width, layout.equals("nchw"));
    Span entropySum = span(8);
    sums =
        new FlipOutputs()
            .imageEntropySum(entropySum)
            .imageSymmetricKl(span(8))
            .imageJensenShannon(span(8))
            .imageEntropyOfMean(span(8))
            .imageArgmaxDisagreement(span(8));
    maps =
        new FlipOutputs()
            .symmetricKl(span(4 * pixels()))
            .jensenShannon(span(4 * pixels()))
            .entropyOfMean(span(4 * pixels()))
            .entropy(span(4 * pixels()))
            .entropyFlipped(span(4 * pixels()))
            .argmaxDisagreement(span(pixels()));
    imageSums();
    double sum = UnsafeApi.getDouble(entropySum.address());
    require(sum > 0 && sum <= 2 * Math.log(classes) + 1e-5, "entropy sum " + sum);
  }

  /** EquAL and the other scores of the image. */
  @Benchmark
  public void imageSums() {
    session.flipConsistency(logits, flipped, ScoreKind.LOGITS, null, sums);
  }

  /** Every map. */
  @Benchmark
  public void allMaps() {
    session.flipConsistency(logits, flipped, ScoreKind.LOGITS, null, maps);
  }
}
