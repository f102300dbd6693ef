package dev.assay.experiment;

import dev.assay.data.ImagePack;
import dev.assay.score.Column;
import dev.assay.score.Signal;
import dev.assay.select.Candidates;
import dev.assay.select.Pick;
import dev.assay.select.RandomKeys;
import dev.assay.select.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Chooses a round's regions, asks the oracle for their labels, and writes both down. */
final class Acquisition implements AutoCloseable {
  private final Workbench bench;
  private final String strategy;
  private final long seed;
  private final Oracle oracle;
  private final LabelledSet labelled;
  private final Chooser chooser;

  /**
   * @param chooser closed with this object
   */
  Acquisition(Workbench bench, String strategy, long seed, LabelledSet labelled, Chooser chooser) {
    this.bench = bench;
    this.strategy = strategy;
    this.seed = seed;
    this.oracle = new Oracle(bench.data().train(), bench.classes());
    this.labelled = labelled;
    this.chooser = chooser;
  }

  /** Whether choosing needs the network's predictions. */
  boolean needsNetwork(int round) {
    return round > 0 && chooser.needsNetwork();
  }

  /** Chooses; the network must hold the weights of the round before if it is needed. */
  Chooser.Choice choose(int round, ProgressListener listener, String message) {
    RandomKeys keys = new RandomKeys(seed, round);
    ProtocolConfig protocol = bench.config().protocol();
    if (round > 0) {
      return chooser.choose(labelled, protocol.regionsIn(round), keys, listener, message);
    }
    Candidates all = AcquisitionPass.unscored(bench, bench.candidates(), labelled);
    int count = protocol.initialRegions();
    List<Pick> picks = new ArrayList<>();
    for (int i : Selector.sample(all, count, keys, RandomKeys.Purpose.INITIAL_SET)) {
      picks.add(new Pick(i, 0, Map.of()));
    }
    return new Chooser.Choice(all, picks);
  }

  /** Reveals a choice and writes scores, audit, and last the selection. */
  void record(Chooser.Choice choice, int round, RunDirectory.RoundDirectory directory) {
    RegionGrid grid = bench.grid();
    ImagePack pack = bench.data().train();
    Candidates candidates = choice.candidates();
    List<Selection.Region> regions = new ArrayList<>();
    StringBuilder audit = auditHeader();
    for (Pick pick : choice.picks()) {
      int image = candidates.image(pick.candidate());
      int region = candidates.region(pick.candidate());
      Oracle.Revealed revealed = reveal(image, region);
      Selection.Region chosen =
          new Selection.Region(
              pack.id(image),
              region,
              grid.x(region),
              grid.y(region),
              grid.width(),
              grid.height(),
              pick.score(),
              new TreeMap<>(pick.parts()),
              revealed.classPixels(),
              candidates.has(Signal.CLASS_HISTOGRAM)
                  ? Arrays.stream(candidates.predictedPixels(pick.candidate())).boxed().toList()
                  : List.of());
      regions.add(chosen);
      auditLine(audit, chosen, revealed);
    }
    if (needsNetwork(round)) {
      RunFiles.write(directory.scores(), scoresCsv(choice));
    }
    RunFiles.write(directory.audit(), audit.toString());
    RunFiles.writeJson(directory.selection(), new Selection(armOf(round), seed, round, regions));
  }

  /**
   * Reveals a selection that was made before.
   *
   * @throws ExperimentException if it does not fit the data set
   */
  void replay(Selection selection) {
    for (Selection.Region region : selection.regions()) {
      int image = bench.data().train().indexOf(region.image());
      if (image < 0 || region.region() >= bench.grid().perImage()) {
        throw new ExperimentException(
            "round "
                + selection.round()
                + " selected region "
                + region.region()
                + " of image "
                + region.image()
                + ", which the data set does not have; was the data changed?");
      }
      reveal(image, region.region());
    }
  }

  private Oracle.Revealed reveal(int image, int region) {
    Oracle.Revealed revealed = oracle.reveal(labelled, image, region);
    chooser.labelled(image, region);
    return revealed;
  }

  private String armOf(int round) {
    return round == 0 ? RunDirectory.INITIAL : strategy;
  }

  /** Every column of one float per region, then the predicted pixels, of what was offered. */
  private String scoresCsv(Chooser.Choice choice) {
    Candidates candidates = choice.candidates();
    RegionGrid grid = bench.grid();
    List<Column> scalars =
        candidates.columns().stream()
            .filter(c -> c.spec().type() == Column.Type.F32 && c.width() == 1)
            .toList();
    boolean predictions = candidates.has(Signal.CLASS_HISTOGRAM);
    StringBuilder csv = new StringBuilder("image,region,x,y,w,h");
    scalars.forEach(column -> csv.append(',').append(column.name()));
    if (predictions) {
      for (String name : bench.data().classes().classNames()) {
        csv.append(',').append(Csv.field("predicted_" + name));
      }
    }
    csv.append('\n');
    for (int i = 0; i < candidates.size(); i++) {
      if (Arrays.binarySearch(choice.labelled(), i) >= 0) {
        continue;
      }
      int region = candidates.region(i);
      csv.append(Csv.field(bench.data().train().id(candidates.image(i))));
      Csv.append(csv, region, grid.x(region), grid.y(region), grid.width(), grid.height());
      for (Column column : scalars) {
        csv.append(',').append(column.getFloat(i, 0));
      }
      if (predictions) {
        Csv.append(csv, candidates.predictedPixels(i));
      }
      csv.append('\n');
    }
    return csv.toString();
  }

  private static StringBuilder auditHeader() {
    return new StringBuilder("image,region,x,y,w,h,labelled_pixels,ignored_pixels,crc32c\n");
  }

  private static void auditLine(
      StringBuilder csv, Selection.Region chosen, Oracle.Revealed revealed) {
    csv.append(Csv.field(chosen.image()));
    Csv.append(csv, chosen.region(), chosen.x(), chosen.y(), chosen.w(), chosen.h());
    csv.append(',').append((long) chosen.w() * chosen.h() - revealed.ignoredPixels());
    csv.append(',').append(revealed.ignoredPixels());
    csv.append(String.format(Locale.ROOT, ",%08x\n", revealed.crc32c()));
  }

  @Override
  public void close() {
    chooser.close();
  }
}
