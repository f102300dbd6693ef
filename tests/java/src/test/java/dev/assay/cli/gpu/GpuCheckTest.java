package dev.assay.cli.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.cli.kernels.Kernels;
import dev.assay.experiment.ConfigFiles;
import dev.assay.experiment.ExperimentConfig;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code gpu-check} promises whatever the GPU does; needs none. */
class GpuCheckTest {
  private final List<Boolean> finished = new ArrayList<>();

  private GpuReport run(PartRunner runner, double seconds, Part... parts)
      throws IOException, InterruptedException {
    return new GpuCheck(runner, report -> finished.add(report.isFinished()), line -> {})
        .run(List.of(parts), seconds);
  }

  private static Part part(String name, Part.Body body) {
    return new Part(name, 5, body);
  }

  private static String inThisProcess(
      Part part, double seconds, double atMost, Consumer<Entry> heard) {
    part.attempt(new PartLog(part.name(), seconds, heard));
    return null;
  }

  private static List<String> verdicts(GpuReport report) {
    return report.findings().stream()
        .map(f -> f.part() + "/" + f.name() + "/" + f.verdict())
        .toList();
  }

  @Test
  void aPartThatThrowsLosesNeitherItsEntriesNorTheOthers()
      throws IOException, InterruptedException {
    GpuReport report =
        run(
            GpuCheckTest::inThisProcess,
            60,
            part(
                "broken",
                log -> {
                  log.passed("before", "");
                  throw new UnsatisfiedLinkError("no such symbol");
                }),
            part(
                "pieces",
                log -> {
                  log.attempt(
                      "bad",
                      () -> {
                        throw new IOException("disk full");
                      });
                  log.attempt("good", () -> log.passed("good", ""));
                }));
    assertEquals(
        List.of(
            "broken/before/PASSED", "broken/all/FAILED", "pieces/bad/FAILED", "pieces/good/PASSED"),
        verdicts(report));
    assertTrue(report.hasFailures());
    assertTrue(report.table().contains("no such symbol"), report.table());
    assertEquals(1, finished.stream().filter(f -> f).count());
    assertTrue(finished.size() > 8, "told " + finished.size() + " times");
  }

  @Test
  void aProcessThatDiesOrHangsLosesNoOther() throws IOException, InterruptedException {
    Map<String, String> scripts = new LinkedHashMap<>();
    scripts.put(
        "dies",
        "echo '{\"check\":{\"part\":\"dies\",\"name\":\"x\",\"verdict\":\"PASSED\",\"detail\":\"\"}}'; kill -9 $$");
    scripts.put("hangs", "sleep 100 & sleep 100");
    scripts.put(
        "works",
        "echo no entry; echo '{\"measurement\":{\"part\":\"works\",\"name\":\"y\",\"values\":{\"ms\":1.5}}}'");
    PartRunner shell =
        (part, seconds, atMost, heard) -> {
          OptionalInt code =
              LineProcess.run(
                  new ProcessBuilder("sh", "-c", scripts.get(part.name())),
                  part.name().equals("hangs") ? 0.5 : atMost,
                  line -> {
                    Entry entry = EntryLine.parse(line);
                    if (entry != null) {
                      heard.accept(entry);
                    }
                  });
          return code.isEmpty() ? "ended" : code.getAsInt() == 0 ? null : "code " + code.getAsInt();
        };
    long start = System.nanoTime();
    GpuReport report =
        run(
            shell,
            60,
            scripts.keySet().stream().map(name -> part(name, log -> {})).toArray(Part[]::new));
    assertTrue(System.nanoTime() - start < 50e9, "the sleepers were waited for");
    assertEquals(
        List.of("dies/x/PASSED", "dies/the rest/FAILED", "hangs/the rest/FAILED"),
        verdicts(report));
    assertEquals(Map.of("ms", 1.5), report.rows().get(0).values());
    assertEquals(
        List.of("code 137", "ended", "done"),
        report.parts().stream().map(GpuReport.PartState::state).toList());
    assertTrue(
        ProcessHandle.current()
            .descendants()
            .noneMatch(p -> p.info().command().orElse("").endsWith("sleep")));
  }

  @Test
  void theClockHolds() throws IOException, InterruptedException {
    List<Double> limits = new ArrayList<>();
    PartRunner slow =
        (part, seconds, atMost, heard) -> {
          limits.add(atMost);
          assertTrue(seconds > 0 && seconds <= atMost && seconds <= part.seconds());
          Thread.sleep(300);
          return null;
        };
    GpuReport report =
        run(slow, 0.5, part("a", log -> {}), part("b", log -> {}), part("c", log -> {}));
    assertEquals(2, limits.size());
    assertTrue(limits.get(0) <= 0.5 && limits.get(1) <= 0.2, limits.toString());
    assertEquals(List.of("c/all/SKIPPED"), verdicts(report));
    assertFalse(report.hasFailures());
  }

  @Test
  void aPartThatHasNoTimeLeftSaysSo() throws InterruptedException {
    List<Entry> entries = new ArrayList<>();
    new PartLog("p", 0, entries::add).attempt("x", () -> entries.clear());
    assertEquals(
        List.of(new Entry.Finding("p", "x", Entry.Verdict.SKIPPED, "no time left")), entries);
  }

  @Test
  void entriesSurviveTheirLines() {
    for (Entry entry :
        List.of(
            new Entry.Fact("p", "gpu", "NVIDIA \"H200\""),
            new Entry.Finding("p", "x", Entry.Verdict.FAILED, "a\nb"),
            new Entry.Row("p", "y", Map.of("ms", 0.25)))) {
      assertFalse(EntryLine.of(entry).contains("\n"));
      assertEquals(entry, EntryLine.parse(EntryLine.of(entry)));
    }
    Entry.Row nan = new Entry.Row("p", "y", Map.of("off by", Double.NaN));
    assertEquals(nan, EntryLine.parse(EntryLine.of(nan)));
    assertNull(EntryLine.parse("a library speaks"));
  }

  private static Entry.Row row(String part, String name, String unit, double value) {
    return new Entry.Row(part, name, Map.of(unit, value));
  }

  @Test
  void goalsAreHeldAgainstTheirRows() {
    List<Goal> none = new Goals(List.of()).all();
    assertEquals(6, none.size());
    assertTrue(none.stream().allMatch(g -> g.measured() == null), none.toString());
    assertEquals(
        Set.of("not measured"), none.stream().map(Goal::verdict).collect(Collectors.toSet()));
    String training = "FPN-ResNet-50 training 32x224x224 bf16";
    Goals goals =
        new Goals(
            List.of(
                row("fused scorer", "fp32 nchw 27x19x1024x2048", "% of copy", 90),
                row("fused scorer", "fp32 nhwc 27x19x1024x2048", "% of copy", 50),
                row("fused scorer", "fp16 nchw 54x19x1024x2048", "% of copy", 79.9),
                row("network speed", training, "images/s", 3000),
                row("PyTorch", training + " eager", "images/s", 1500),
                row("PyTorch", training + " compiled", "images/s", 2000),
                row("acquisition step", "CamVid: 480 candidates, 480 labelled", "ms", 1),
                row("acquisition step", "Cityscapes: 25600 candidates, 12000 labelled", "ms", 50),
                row("policy training", "100 episodes, estimated", "minutes", 14.9)));
    assertEquals(
        List.of("met", "missed", "not measured", "met", "missed", "met"),
        goals.all().stream().map(Goal::verdict).toList());
    assertEquals(1.5, goals.all().get(3).measured(), 1e-12);
    Map<String, Double> beside = goals.besidePyTorch().get(0).values();
    assertEquals(
        List.of("Assay images/s", "eager images/s", "compiled images/s", "x"),
        List.copyOf(beside.keySet()));
    assertEquals(1.5, beside.get("x"), 1e-12);
  }

  /** A kernel without a case here would be on a GPU without ever having been compared. */
  @Test
  void everyKernelIsCompared() throws ClassNotFoundException {
    Set<String> kernels =
        Arrays.stream(Class.forName("dev.assay.kernel.AssayLibrary").getDeclaredMethods())
            .filter(m -> Modifier.isNative(m.getModifiers()))
            .filter(
                m -> Arrays.equals(m.getParameterTypes(), new Class<?>[] {long.class, long.class}))
            .map(Method::getName)
            .map(name -> name.replaceFirst("^assay_", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> compared = new TreeSet<>(Kernels.names());
    OtherKernelCases.all().forEach(c -> compared.add(c.kernel()));
    assertEquals(kernels, compared);
  }

  @Test
  void namesOfPartsAreUniqueAndTheirTimeFits() {
    List<Part> parts = GpuCheck.parts(CheckSize.FULL);
    assertEquals(parts.size(), parts.stream().map(Part::name).distinct().count());
    double beforeTheLast =
        parts.subList(0, parts.size() - 1).stream().mapToDouble(Part::seconds).sum();
    assertTrue(beforeTheLast < 480, "nothing is left for PyTorch");
  }

  /** The paper's sizes: appendix B and section 4.1 of RALIS. */
  @Test
  void policyTimeIsOfThePapersSizes() throws IOException {
    ExperimentConfig config = new PolicyTime(CheckSize.FULL).config(Path.of("cache"));
    assertEquals(100, config.policy().episodes());
    assertEquals(480, config.policy().budgetRegions());
    assertEquals(24, config.policy().regionsPerStep());
    assertEquals(32, config.training().batchSize());
    assertEquals(224, config.training().cropWidth());
    assertEquals("resnet50", config.model().backbone());
    assertEquals(10, config.data().stateImages());
    assertEquals(100, config.data().trainingImages());
    assertEquals(
        ConfigFiles.load("camvid-ralis-full", List.of("data.path=x")).policy(), config.policy());
  }
}
