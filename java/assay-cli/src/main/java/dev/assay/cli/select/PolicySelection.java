package dev.assay.cli.select;

import dev.assay.cli.UsageException;
import dev.assay.format.FormatException;
import dev.assay.model.PolicyDescription;
import dev.assay.model.PolicyFile;
import dev.assay.model.PolicyInput;
import dev.assay.model.QueryNetwork;
import dev.assay.model.StateRows;
import dev.assay.model.TablePolicy;
import dev.assay.rl.Greedy;
import dev.assay.score.ClassMap;
import dev.assay.score.Engine;
import dev.assay.score.Session;
import dev.assay.score.Signal;
import dev.assay.select.Candidates;
import dev.assay.select.Pick;
import dev.assay.select.Round;
import dev.assay.select.Selector;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Picks by a trained policy: from each of B pools the region whose labelling it values most, as an
 * experiment's strategy {@code ralis} does (RALIS, equation 1). Pools are drawn by numbers of
 * images and of regions within them.
 *
 * @param pool candidates in each pool; null for the size that the policy was trained with
 * @param seed of the state set's rows where they are drawn
 * @param explain whether the picks are explained
 * @param say takes what the user should know
 */
public record PolicySelection(
    PolicyOptions options,
    int budget,
    Integer pool,
    long seed,
    int threads,
    boolean explain,
    Consumer<String> say)
    implements SelectionMethod {
  @Override
  public String name() {
    return PolicyOptions.STRATEGY;
  }

  @Override
  public Set<String> columns() {
    return TablePolicy.SIGNALS.stream().map(Signal::key).collect(Collectors.toSet());
  }

  @Override
  public Chosen pick(CandidateFile file, Round round, int[] subset, LabelledRegions labelled)
      throws IOException {
    TablePolicy.requireSignals(round.candidates());
    PolicyDescription policy = PolicyFile.describe(options.policy());
    Candidates open = PlaceOrder.numbered(round.candidates(), subset);
    List<int[]> pools = Selector.pools(open, budget, poolSize(policy), round.keys());
    if (pools.isEmpty()) {
      return new Chosen(List.of(), null);
    }
    int[] offered = pools.stream().flatMapToInt(Arrays::stream).map(i -> subset[i]).toArray();
    try (CandidateFile stateFile = CandidateFile.open(options.state());
        LabelledClasses classes = classes(labelled, round, file);
        QueryNetwork network = PolicyFile.open(options.policy(), policy);
        Engine engine = Engine.cpu(threads);
        Session session = engine.session();
        TablePolicy table =
            new TablePolicy(
                network,
                input(policy),
                classMap(policy, file, round.candidates().classes()),
                session)) {
      Candidates state = stateFile.candidates(columns());
      requireAlike(stateFile, state, file, round.candidates());
      int[] stateRows = stateRows(state, policy.config().stateRegions());
      say.accept(pools.size() + " pool(s) of " + pools.get(0).length + " region(s)");
      return chosen(
          table.values(
              state, stateRows, round.candidates(), offered, classes.distributions().view()),
          offered,
          pools.size());
    }
  }

  /** The best of each pool, given the values of all that are offered. */
  private Chosen chosen(long values, int[] offered, int pools) throws FormatException {
    try {
      List<Pick> best = Greedy.picks(values, pools, offered.length / pools);
      List<Pick> picks =
          best.stream()
              .map(pick -> new Pick(offered[pick.candidate()], pick.score(), pick.parts()))
              .toList();
      return new Chosen(picks, explain ? ValueExplanation.of(values, offered, best) : null);
    } catch (ArithmeticException e) {
      throw new FormatException(options.policy() + ": " + e.getMessage(), e);
    }
  }

  private PolicyInput input(PolicyDescription policy) throws FormatException {
    try {
      return new PolicyInput(policy);
    } catch (IllegalArgumentException e) {
      throw new FormatException(options.policy() + ": " + e.getMessage(), e);
    }
  }

  private int poolSize(PolicyDescription policy) {
    if (pool != null) {
      return pool;
    }
    return policy
        .poolSize()
        .orElseThrow(
            () ->
                new UsageException(
                    "--pool: found none, and none in "
                        + options.policy()
                        + ", expected the candidates in each pool"));
  }

  /** Classes by name; where a table has no names, by number, or in the policy's order. */
  private ClassMap classMap(PolicyDescription policy, CandidateFile file, int classes)
      throws IOException {
    List<String> names = file.classNames();
    boolean mapped = options.classMap() != null;
    Map<String, String> given = mapped ? ClassMapFile.read(options.classMap()) : Map.of();
    if (names.isEmpty() && !mapped && classes == policy.classNames().size()) {
      say.accept(
          file.file()
              + " has no class names: its "
              + classes
              + " classes are taken to be the policy's, "
              + String.join(", ", policy.classNames()));
      return ClassMap.identity(classes);
    }
    List<String> known =
        names.isEmpty() ? IntStream.range(0, classes).mapToObj(Integer::toString).toList() : names;
    try {
      return ClassMap.byName(known, policy.classNames(), given);
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          (mapped ? options.classMap() : file.file()) + ": " + e.getMessage() + " (--class-map)",
          e);
    }
  }

  private LabelledClasses classes(LabelledRegions labelled, Round round, CandidateFile file) {
    LabelledClasses classes =
        new LabelledClasses(labelled, round.candidates(), round.labelled(), file.images());
    if (classes.predicted() > 0) {
      say.accept(
          "WARN "
              + classes.predicted()
              + " labelled region(s) come without true_class_pixels: the classes predicted for them"
              + " stand for their labels");
    }
    if (classes.unknown() > 0) {
      say.accept(
          "WARN "
              + classes.unknown()
              + " labelled region(s) with neither true_class_pixels nor predictions in "
              + file.file()
              + " are not compared with");
    }
    return classes;
  }

  private static void requireAlike(
      CandidateFile stateFile, Candidates state, CandidateFile file, Candidates candidates)
      throws FormatException {
    try {
      TablePolicy.requireSignals(state);
    } catch (IllegalArgumentException e) {
      throw new FormatException(stateFile.file() + ": " + e.getMessage(), e);
    }
    if (state.classes() != candidates.classes()
        || !stateFile.classNames().equals(file.classNames())) {
      throw new FormatException(
          stateFile.file()
              + ": found classes "
              + classes(stateFile, state)
              + ", expected "
              + classes(file, candidates)
              + " as in "
              + file.file());
    }
    Candidates.RegionSize found = stateFile.regionSize();
    Candidates.RegionSize expected = file.regionSize();
    if (found != null && expected != null && !found.equals(expected)) {
      throw new FormatException(
          stateFile.file()
              + ": found "
              + found
              + ", expected "
              + expected
              + " as in "
              + file.file());
    }
  }

  private static String classes(CandidateFile file, Candidates candidates) {
    return candidates.classes() + " " + file.classNames();
  }

  private int[] stateRows(Candidates state, int expected) throws FormatException {
    if (state.size() == 0 || (state.size() != expected && !options.resampleState())) {
      throw new FormatException(
          options.state()
              + ": found "
              + state.size()
              + " regions, expected the "
              + expected
              + " that "
              + options.policy()
              + " was trained with (--resample-state draws as many)");
    }
    int[] order = PlaceOrder.rows(state);
    return IntStream.of(StateRows.resample(order.length, expected, seed))
        .map(i -> order[i])
        .toArray();
  }
}
