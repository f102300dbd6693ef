package dev.assay.cli;

import dev.assay.cli.select.CandidateFile;
import dev.assay.cli.select.ContextPolicySelection;
import dev.assay.cli.select.LabelledRegions;
import dev.assay.cli.select.Picks;
import dev.assay.cli.select.PolicyOptions;
import dev.assay.cli.select.PolicySelection;
import dev.assay.cli.select.Reasons;
import dev.assay.cli.select.SelectionFile;
import dev.assay.cli.select.SelectionMethod;
import dev.assay.cli.select.StrategySelection;
import dev.assay.device.Exec;
import dev.assay.format.FormatException;
import dev.assay.rl.ContextPolicyStrategy;
import dev.assay.rl.LearnedStrategies;
import dev.assay.select.Candidates;
import dev.assay.select.RandomKeys;
import dev.assay.select.Round;
import dev.assay.select.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay select}: which regions to label next, from signals that were computed before. */
@Command(
    name = "select",
    description = "Picks the regions to label next from a table of signals.",
    sortOptions = false)
final class SelectCommand extends BaseCommand {
  @Option(
      names = "--features",
      required = true,
      paramLabel = "DIR|FILE",
      description = "A directory of scores, a signal table, or an .npz of arrays named as signals.")
  private Path features;

  @Option(
      names = "--strategy",
      required = true,
      paramLabel = "NAME",
      description =
          "A strategy, with modifiers before it: entropy, power(beta=2):entropy,"
              + " clasp:power:entropy, spread(distance=256):margin, coreset, ...; cdal_rl, which"
              + " trains a policy on the table without labels (settings: hidden, epochs, episodes,"
              + " learning_rate, weight_decay, beta, alpha, pairs, lambda, representation); or ralis,"
              + " with --policy and --state.")
  private String specification;

  @Option(
      names = "--budget",
      required = true,
      paramLabel = "B",
      description = "How many regions to pick.")
  private int budget;

  @Option(
      names = "--labelled",
      paramLabel = "FILE",
      description =
          "Regions labelled before, which are not picked and are what diversity strategies and"
              + " ralis compare with: a selection.json, or lines of image,x,y. May be repeated.")
  private List<Path> labelledFiles = new ArrayList<>();

  @Option(
      names = "--pool",
      paramLabel = "N",
      description = {
        "Pick one region from each of B random pools of N. With ralis always, and N is by default",
        "what the policy was trained with."
      })
  private Integer pool;

  @Mixin private final PolicyOptions policy = new PolicyOptions();

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of the random numbers (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of the strategy.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--threads",
      defaultValue = "0",
      description = "CPU threads; 0 means all (default). The picks do not depend on it.")
  private int threads;

  @Option(
      names = "--explain",
      description = "Say why each region was picked: ranks, parts, noise, and who came next.")
  private boolean explain;

  @Option(names = "--json", description = "One line of JSON on stdout instead of a table.")
  private boolean json;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "selection.json",
      description = "Where the selection goes.")
  private Path out;

  SelectCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    requireAtLeast("--budget", budget, 1);
    requireAtLeast("--threads", threads, 0);
    if (pool != null) {
      requireAtLeast("--pool", pool, 1);
    }
    SelectionMethod method = method();
    try (CandidateFile file = CandidateFile.open(features)) {
      SelectionFile selection = select(method, file);
      selection.write(out);
      report(selection);
    }
    return ExitCode.OK;
  }

  private SelectionMethod method() {
    if (!isLearned()) {
      policy.requireNone(specification);
      return tableMethod(strategy());
    }
    policy.require();
    if (!settings.isEmpty()) {
      throw new UsageException(
          "--set: found " + settings.keySet() + ", expected none with " + PolicyOptions.STRATEGY);
    }
    return new PolicySelection(policy, budget, pool, seed, threads, explain, talk::say);
  }

  private SelectionMethod tableMethod(Strategy strategy) {
    if (!(strategy instanceof ContextPolicyStrategy learned)) {
      return new StrategySelection(strategy, budget, pool, explain);
    }
    if (pool != null) {
      throw new UsageException(
          "--pool "
              + pool
              + ": expected none with "
              + ContextPolicyStrategy.NAME
              + ", whose policy is trained on all candidates and picks from them");
    }
    return new ContextPolicySelection(learned, budget, explain, talk::say);
  }

  private boolean isLearned() {
    return specification.equals(PolicyOptions.STRATEGY);
  }

  private Strategy strategy() {
    if (specification.endsWith(":" + PolicyOptions.STRATEGY)) {
      throw new UsageException(
          "--strategy " + specification + ": " + PolicyOptions.STRATEGY + " takes no modifiers");
    }
    try {
      return LearnedStrategies.named(specification, settings, threads);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--strategy " + specification + ": " + e.getMessage());
    }
  }

  private static void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new UsageException(option + " " + value + " must be >= " + least);
    }
  }

  private SelectionFile select(SelectionMethod method, CandidateFile file) throws IOException {
    LabelledRegions labelled = LabelledRegions.read(labelledFiles, file.hasCorners());
    Candidates candidates = file.candidates(method.columns());
    int[] centres = labelled.among(candidates, file.images());
    requireSomeKnown(labelled, centres.length, file);
    RandomKeys keys = new RandomKeys(seed, labelled.nextRound());
    Round round = new Round(candidates, centres, keys, Exec.cpu(threads));
    int[] subset = others(candidates.size(), centres);
    try {
      SelectionMethod.Chosen chosen = method.pick(file, round, subset, labelled);
      Picks described = new Picks(file, candidates, chosen.picks(), chosen.explanation());
      return new SelectionFile(
          method.name(),
          seed,
          labelled.nextRound(),
          file.file().toString(),
          isLearned() ? policy.file() : null,
          subset.length,
          centres.length,
          described.regions(),
          described.runnerUp());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file.file() + ": " + e.getMessage(), e);
    }
  }

  /** Not one match means that the files do not belong together. */
  private void requireSomeKnown(LabelledRegions labelled, int found, CandidateFile file)
      throws FormatException {
    if (labelled.size() > 0 && found == 0) {
      throw new FormatException(
          labelledFiles + ": found no region of " + file.file() + ", expected at least one");
    }
    if (found < labelled.size()) {
      talk.say((labelled.size() - found) + " labelled region(s) are not in " + file.file());
    }
  }

  /** The candidates that are not labelled; {@code labelled} is ascending. */
  private static int[] others(int size, int[] labelled) {
    return labelled.length == 0
        ? IntStream.range(0, size).toArray()
        : IntStream.range(0, size).filter(i -> Arrays.binarySearch(labelled, i) < 0).toArray();
  }

  private void report(SelectionFile selection) {
    List<SelectionFile.Region> regions = selection.regions();
    if (regions.size() < budget) {
      talk.say("only " + regions.size() + " region(s) were left, of a budget of " + budget);
    }
    if (explain) {
      Reasons.of(selection).forEach(talk::say);
    }
    talk.say("wrote " + out + ": " + regions.size() + " regions by " + selection.strategy());
    if (json) {
      talk.data(Json.line(selection));
    } else {
      talk.data("rank\timage\tregion\tx\ty\tscore");
      for (SelectionFile.Region r : regions) {
        talk.data(
            Stream.of(r.rank(), r.image(), r.region(), r.x(), r.y(), r.score())
                .map(value -> Objects.toString(value, ""))
                .collect(Collectors.joining("\t")));
      }
    }
  }
}
