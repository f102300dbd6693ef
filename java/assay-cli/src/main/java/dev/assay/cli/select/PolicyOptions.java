package dev.assay.cli.select;

import dev.assay.cli.UsageException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What the strategy {@code ralis} needs beside the candidates. */
public final class PolicyOptions {
  /** The strategy's name. */
  public static final String STRATEGY = "ralis";

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "With ralis: a trained policy, as a run writes it (policy/policy.safetensors).")
  private Path policy;

  @Option(
      names = "--state",
      paramLabel = "DIR|FILE",
      description = {
        "With ralis: the scored regions of the state set D_S, in the form of --features, by the same",
        "model; as many as the policy was trained with."
      })
  private Path state;

  @Option(
      names = "--resample-state",
      description = "With ralis: draw as many regions from --state as the policy was trained with.")
  private boolean resampleState;

  @Option(
      names = "--class-map",
      paramLabel = "FILE",
      description = {
        "With ralis: lines 'class,policy class' (or '-' for none) for classes that the policy does",
        "not have by name; by number from 0 where the table has no names."
      })
  private Path classMap;

  /** What a selection says about the policy. */
  public String file() {
    return policy.toString();
  }

  /** The policy's file. */
  Path policy() {
    return policy;
  }

  /** The scored state set. */
  Path state() {
    return state;
  }

  /** The lines of the class map, or null. */
  Path classMap() {
    return classMap;
  }

  /** Whether the state set may have another size. */
  boolean resampleState() {
    return resampleState;
  }

  /** Checks that everything is there. */
  public void require() {
    require("--policy", policy, "the policy.safetensors of a run");
    require("--state", state, "the scored regions of the state set");
  }

  private static void require(String option, Path value, String expected) {
    if (value == null) {
      throw new UsageException(
          "--strategy " + STRATEGY + ": found no " + option + ", expected " + expected);
    }
  }

  /** Checks that another strategy was given none of these. */
  public void requireNone(String strategy) {
    if (policy != null || state != null || classMap != null || resampleState) {
      throw new UsageException(
          "--policy, --state, --class-map and --resample-state: found with --strategy "
              + strategy
              + ", expected with "
              + STRATEGY);
    }
  }
}
