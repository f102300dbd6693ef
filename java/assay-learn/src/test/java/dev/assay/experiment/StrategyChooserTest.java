package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.assay.device.Exec;
import dev.assay.select.Candidates;
import dev.assay.select.Pick;
import dev.assay.select.RandomKeys;
import dev.assay.select.Round;
import dev.assay.select.Strategies;
import dev.assay.select.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an experiment shows to a strategy. */
class StrategyChooserTest {
  private static final RandomKeys KEYS = new RandomKeys(3, 1);
  private static final int[] LABELLED = {5, 6, 40, 159};

  @TempDir Path temp;

  @Test
  void diversityStartsFromTheLabelledRegions() throws IOException {
    try (Workbench bench = TinyWorld.open(TinyWorld.config(), temp);
        LabelledSet labelled = labelled(bench);
        StrategyChooser chooser = new StrategyChooser(bench, "cdal_cs")) {
      Chooser.Choice choice = choose(chooser, labelled, 6);
      assertEquals(160, choice.candidates().size());
      assertArrayEquals(LABELLED, choice.labelled());
      assertEquals(expected(choice.candidates(), LABELLED), numbers(choice));
      assertNotEquals(expected(choice.candidates(), new int[0]), numbers(choice));
    }
  }

  @Test
  void poolsAreComparedWithTheLabelledRegionsToo() throws IOException {
    try (Workbench bench =
            TinyWorld.open(
                TinyWorld.config("protocol.selection=pools", "protocol.pool_size=4"), temp);
        LabelledSet labelled = labelled(bench);
        StrategyChooser chooser = new StrategyChooser(bench, "cdal_cs")) {
      Chooser.Choice choice = choose(chooser, labelled, 6);
      assertEquals(6 * 4 + LABELLED.length, choice.candidates().size());
      assertEquals(LABELLED.length, choice.labelled().length);
      for (int i : choice.labelled()) {
        int place = 16 * choice.candidates().image(i) + choice.candidates().region(i);
        assertEquals(1, IntStream.of(LABELLED).filter(l -> l == place).count());
      }
      assertEquals(6, choice.picks().stream().map(Pick::candidate).distinct().count());
      for (Pick pick : choice.picks()) {
        assertFalse(IntStream.of(choice.labelled()).anyMatch(l -> l == pick.candidate()));
      }
    }
  }

  @Test
  void scoredStrategiesSeeTheUnlabelledOnly() throws IOException {
    try (Workbench bench = TinyWorld.open(TinyWorld.config(), temp);
        LabelledSet labelled = labelled(bench);
        StrategyChooser chooser = new StrategyChooser(bench, "entropy")) {
      Chooser.Choice choice = choose(chooser, labelled, 6);
      assertEquals(160 - LABELLED.length, choice.candidates().size());
      assertEquals(0, choice.labelled().length);
    }
  }

  /** Numbered over the ten images of sixteen regions. */
  private static LabelledSet labelled(Workbench bench) {
    bench.segmenter().initialise(4);
    LabelledSet labelled = new LabelledSet(bench.data().train(), bench.grid());
    Oracle oracle = new Oracle(bench.data().train(), bench.classes());
    for (int place : LABELLED) {
      oracle.reveal(labelled, place / 16, place % 16);
    }
    return labelled;
  }

  private static Chooser.Choice choose(Chooser chooser, LabelledSet labelled, int count) {
    return chooser.choose(labelled, count, KEYS, ProgressListener.SILENT, "");
  }

  private static List<Integer> numbers(Chooser.Choice choice) {
    return choice.picks().stream().map(Pick::candidate).toList();
  }

  private static List<Integer> expected(Candidates all, int[] centres) {
    Strategy strategy = Strategies.named("cdal_cs");
    int[] open =
        IntStream.range(0, all.size())
            .filter(i -> IntStream.of(LABELLED).noneMatch(l -> l == i))
            .toArray();
    Round round = new Round(all, centres, KEYS, Exec.cpu(1));
    return strategy.pick(round, open, 6, 0).stream().map(Pick::candidate).toList();
  }
}
