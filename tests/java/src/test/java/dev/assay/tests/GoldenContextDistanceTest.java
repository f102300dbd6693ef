package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.device.Exec;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.ContextDistance;
import dev.assay.kernel.ContextForm;
import dev.assay.kernel.MixtureView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * context_distance against 06_cdal_distance30 (images), 06_cdal_distance_crops (0 to 11 common
 * classes), 06_cdal_zero_entries and 06_kcenter19.
 */
class GoldenContextDistanceTest {
  @TempDir Path directory;

  @Test
  void images() throws IOException {
    check("06_cdal_distance30", "D_eq2_sum_f64", ContextForm.SUM, "n_common");
    check("06_cdal_distance30", "D_code_mean_f64", ContextForm.MEAN, "n_common");
  }

  @Test
  void crops() throws IOException {
    check("06_cdal_distance_crops", "D_eq2_sum_f64", ContextForm.SUM, "n_common");
    check("06_cdal_distance_crops", "D_code_mean_f64", ContextForm.MEAN, "n_common");
  }

  @Test
  void nineteenClasses() throws IOException {
    check("06_kcenter19", "D_eq2_sum_f64", ContextForm.SUM, null);
    check("06_kcenter19", "D_code_mean_f64", ContextForm.MEAN, null);
  }

  @Test
  void exactZeros() throws IOException {
    check("06_cdal_zero_entries", "D_sum_floor1em12", ContextForm.SUM, null);
  }

  private void check(String file, String distanceName, ContextForm form, String commonName)
      throws IOException {
    try (Golden golden = new Golden();
        ContextDistance kernel = new ContextDistance()) {
      NdArray mixture = golden.array(file, "P");
      NdArray present = golden.array(file, "present");
      NdArray expected = golden.array(file, distanceName);
      long n = mixture.shape(0);
      NdArray distance = golden.keep(NdArray.allocate("distance", ElementType.F4, n, n));
      NdArray common = golden.keep(NdArray.allocate("common", ElementType.I4, n, n));
      MixtureView view = new MixtureView(mixture.span(), present.span(), n, (int) mixture.shape(1));
      kernel.run(Exec.cpu(2), view, null, form, distance.span(), common.span());
      near(expected, distance);
      if (commonName != null) {
        Golden.near(golden.array(file, commonName), common, 0);
      }
      kernel.run(Exec.cpu(1), view, view, form, null, common.span());
      NdArray a = golden.keep(Golden.renamed(mixture, "mixture_a"));
      NdArray presentA = golden.keep(Golden.renamed(present, "present_a"));
      String setting = "form=" + (form == ContextForm.SUM ? "sum" : "mean");
      try (NpzReader out =
          Golden.kernel(directory, "context_distance", List.of(a, presentA), setting)) {
        Golden.near(distance, golden.keep(out.read("distance")), 0);
        Golden.near(common, golden.keep(out.read("common")), 0);
      }
    }
  }

  private static void near(NdArray expected, NdArray found) {
    assertEquals(expected.count(), found.count());
    for (long i = 0; i < expected.count(); i++) {
      double value = expected.getDouble(i);
      double tolerance = 1e-6 + 1e-5 * value;
      Golden.near(value, found.getDouble(i), tolerance, expected.name() + "[" + i + "]");
    }
  }
}
