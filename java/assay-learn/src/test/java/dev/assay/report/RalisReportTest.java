package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the report says of a run in RALIS's protocol: two final budgets, nothing before. */
class RalisReportTest {
  /** Rarest are the classes 10, 9, 7, 2, 6 and 4. */
  private static final List<Long> POOL =
      List.of(1800L, 2500L, 97L, 3300L, 440L, 950L, 110L, 90L, 640L, 65L, 32L);

  @TempDir Path directory;
  private final RunFixture fixture = new RunFixture();
  private String page;
  private Study study;

  @BeforeEach
  void write() throws Exception {
    fixture.strategies = List.of("random", "class_aware_random", "ralis");
    fixture.seeds = 3;
    fixture.rounds = 4;
    fixture.evaluated = Set.of(2, 4);
    fixture.pool = POOL;
    fixture.episodes = 12;
    fixture.timed = true;
    Path run = fixture.write(directory.resolve("run"));
    study = Study.read(List.of(run));
    page = ReportWriter.page(study, null);
    ReportWriterTest.check(page);
  }

  private Series ralis() {
    return study.series().get(2);
  }

  private String section(String id) {
    int from = page.indexOf("<section id=\"" + id + "\">");
    assertTrue(from > 0, id);
    return page.substring(from, page.indexOf("</section>", from));
  }

  @Test
  void budgetsAreComparedOneByOne() {
    assertEquals(List.of(72L, 120L), study.chosenBudgets());
    String curve = section("curve");
    assertFalse(curve.contains("The first point is round 0"));
    for (long budget : study.chosenBudgets()) {
      for (Series baseline : study.series().subList(0, 2)) {
        double[] differences = new double[3];
        for (int seed = 0; seed < 3; seed++) {
          differences[seed] =
              100
                  * (ralis().seeds().get((long) seed).get(budget).miou()
                      - baseline.seeds().get((long) seed).get(budget).miou());
        }
        Statistics.Interval interval = Statistics.meanInterval(differences, 0.95);
        String expected =
            "<b>%s</b> [%s, %s]"
                .formatted(
                    Text.signed(Statistics.mean(differences), 1),
                    Text.signed(interval.low(), 1),
                    Text.signed(interval.high(), 1));
        assertTrue(curve.contains(expected), expected);
      }
    }
  }

  @Test
  void everyBudgetHasItsTableOfClasses() {
    String classes = section("classes");
    for (long budget : study.chosenBudgets()) {
      int from = classes.indexOf("<summary>" + budget + " labelled regions");
      String table = classes.substring(from, classes.indexOf("</details>", from));
      // Eleven classes and the mean, in two blocks with a heading each.
      assertEquals(
          2 + 12,
          Pattern.compile("<th (class=\"n\" )?scope=\"col\"").matcher(table).results().count());
      assertTrue(table.indexOf(">mIoU<") > table.indexOf(">bicyclist<"));
      for (int c = 0; c < 11; c++) {
        int column = c;
        double[] iou = ralis().values(budget, row -> 100 * row.iou()[column]);
        assertTrue(table.contains(Text.meanAndDeviation(iou, 1)));
      }
      assertTrue(
          table.contains(Text.meanAndDeviation(ralis().values(budget, r -> 100 * r.miou()), 1)));
    }
  }

  @Test
  void rareClassesAreThoseOfThePool() {
    assertEquals(List.of(10, 9, 7, 2, 6, 4), RareSection.rarest(study));
    String rare = section("rare");
    assertTrue(rare.contains("bicyclist 0.32 %, pedestrian 0.65 %, fence 0.90 %"), rare);
    for (long budget : study.chosenBudgets()) {
      double[] means =
          ralis()
              .values(
                  budget,
                  row -> {
                    double sum = 0;
                    for (int c : new int[] {2, 4, 6, 7, 9, 10}) {
                      sum += 100 * row.iou()[c];
                    }
                    return sum / 6;
                  });
      assertEquals(3, means.length);
      assertTrue(rare.contains(">" + Text.meanAndDeviation(means, 1) + "<"));
    }
  }

  @Test
  void entropyIsOfAllPixelsPickedUpToABudget() {
    double[] early = ralis().pickedEntropies(11, 72);
    double[] late = ralis().pickedEntropies(11, 120);
    assertEquals(3, early.length);
    assertNotEquals(early[0], late[0]);
    long[] pixels = new long[11];
    for (Run.Selection selection : ralis().selections()) {
      if (selection.seed() == 1 && selection.round() > 0 && selection.round() <= 2) {
        for (Run.Pick pick : selection.picks()) {
          Arrays.setAll(pixels, c -> pixels[c] + pick.truePixels()[c]);
        }
      }
    }
    assertEquals(Shares.entropyNats(Shares.of(pixels)), early[1], 1e-12);
    String picked = section("picked");
    assertTrue(picked.contains(">" + Text.meanAndDeviation(late, 2) + "<"));
    assertTrue(picked.contains("pool " + Text.fixed(Shares.entropyNats(study.pool().shares()), 2)));
  }

  @Test
  void learningIsShownWithTheShareOfChoosing() {
    String policy = section("policy-0");
    assertTrue(policy.contains("12 episodes of 20 steps"));
    // 0.4 s of 16.2 s, and of 8 s of forward passes.
    assertTrue(policy.contains("Choosing takes 2.5 % of it, and 5.0 % of the time"), policy);
    assertTrue(policy.contains("Mean loss of Q") && policy.contains("Epsilon at the last step"));
  }

  @Test
  void roundsThatWereNotEvaluatedHaveTheirCost() {
    String cost = section("cost");
    // Five rounds of 10 s and 2 s, and 7 s of final training.
    String cells =
        "<td class=\"n\">50.0 s</td><td class=\"n\">7.0 s</td><td class=\"n\">10.0 s</td>"
            + "<td class=\"n\">0.0 s</td><td class=\"n\">67.0 s</td>";
    assertEquals(3, cost.split(Pattern.quote(cells), -1).length - 1, cost);
    // Twelve episodes of 4.8 s of training, 8.4 s of scoring and 3 s of rewards.
    assertTrue(cost.contains("learning the policy") && cost.contains("57.6 s"));
    assertTrue(cost.contains(Text.duration(12 * 16.2)));
  }

  @Test
  void aBaselineThatIsMissingIsNotComparedWith() throws IOException {
    RunFixture alone = new RunFixture();
    alone.strategies = List.of("entropy", "ralis");
    Study without = Study.read(List.of(alone.write(directory.resolve("alone"))));
    without.series().forEach(series -> assertEquals(List.of(), without.baselines(series)));
    assertFalse(ReportWriter.page(without, null).contains("Paired comparison"));
    assertEquals(
        List.of("random", "class-aware random"),
        study.baselines(ralis()).stream().map(Series::label).toList());
    assertEquals(List.of(), study.baselines(study.series().get(0)));
  }

  @Test
  void manyRoundsHaveColoursOfTheirOwn() {
    Set<String> colours = new java.util.HashSet<>();
    for (int round = 0; round <= 20; round++) {
      assertTrue(colours.add(Look.roundColour(round, 20)), "round " + round);
    }
    assertEquals(Look.roundColour(7, 7), Look.roundColour(20, 20));
  }
}
