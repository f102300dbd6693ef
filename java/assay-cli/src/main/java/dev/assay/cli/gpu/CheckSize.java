package dev.assay.cli.gpu;

import dev.assay.cli.bench.AcquisitionScale;
import dev.assay.cli.bench.BenchCase;
import dev.assay.cli.bench.BenchTable;
import java.util.List;

/** How large a check's inputs are. */
public enum CheckSize {
  /** As in the papers' data sets. */
  FULL,
  /** So small that times say nothing: for trying the command out, as on an emulated device. */
  SMALL;

  /** The one of the two that is of this size. */
  <T> T pick(T full, T small) {
    return this == FULL ? full : small;
  }

  List<BenchCase> kernels() {
    return pick(BenchTable.all(), BenchTable.small());
  }

  List<AcquisitionScale> acquisition() {
    return pick(
        List.of(AcquisitionScale.camVid(), AcquisitionScale.cityscapes()),
        List.of(AcquisitionScale.smallCamVid(), AcquisitionScale.smallCityscapes()));
  }

  /** Seconds that one measurement is repeated for. */
  double seconds(double full) {
    return pick(full, 0.01);
  }
}
