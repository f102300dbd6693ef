package dev.assay.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where a run writes. All files but {@code events.jsonl} appear whole or not at all.
 *
 * <pre>
 * config.resolved.yaml   every key with its value; what resume reads
 * env.json               command [the words that started the run; none if unknown], versions, CPU,
 *                        threads, back end, what was not exercised
 * run.json               name, protocol, classes [{name, colour "#rrggbb"}], image {width, height},
 *                        region {width, height}, grid {columns, rows, per_image}, candidates
 *                        {images, regions}, pool_class_pixels [pixels of each class in the
 *                        candidate images' masks, void left out], budget_regions, regions_per_round,
 *                        rounds, strategies, seeds, dataset {source, path | generator parameters,
 *                        train_images, ...}, data_checksum, config (as resolved), status running |
 *                        finished | failed
 * events.jsonl           {"time", "event", ...} per line
 * results.csv            strategy,seed,round,labelled_regions,labelled_pixels,labelled_fraction,
 *                        split,miou,pixel_accuracy,iou_CLASS...,train_seconds,score_seconds,
 *                        eval_seconds; one row per evaluation; shares are in [0, 1]; an IoU is
 *                        empty when its class is in neither truth nor prediction. Round 0 is
 *                        trained once per seed and listed for every strategy.
 * initial/seed_S/round_000/            round 0 of seed S, shared by all strategies
 * STRATEGY/seed_S/round_NNN/           rounds from 1; STRATEGY is "supervised" in that protocol
 *   selection.json       {"strategy","seed","round","regions":[{"image" (name),"region","x","y","w",
 *                        "h","score","parts":{},"true_class_pixels":[],"predicted_class_pixels":[]}]}
 *                        in the order picked; predicted_class_pixels is empty in round 0, and unless
 *                        the run computed the histogram; true_class_pixels leaves void out
 *   scores.csv           image,region,x,y,w,h and the computed signals, of every candidate
 *   audit.csv            what the oracle revealed: image,region,x,y,w,h,labelled_pixels,
 *                        ignored_pixels,crc32c of the region's labels, row by row
 *   metrics.json         the numbers behind results.csv, with confusion matrices (rows truth)
 *   checkpoint.safetensors   weights, running statistics and optimiser state after the round
 *   final.safetensors    weights after the training on all labelled regions, where a budget was
 *                        reached and the protocol asks for it; metrics.json is about these
 *   DONE                 the round is complete; a round without it is done again on resume
 * </pre>
 */
public final class RunDirectory {
  /** Folder of the rounds 0, which all strategies of a seed share. */
  public static final String INITIAL = "initial";

  private final Path root;

  public RunDirectory(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** The directory itself. */
  public Path root() {
    return root;
  }

  public Path config() {
    return root.resolve("config.resolved.yaml");
  }

  public Path environment() {
    return root.resolve("env.json");
  }

  public Path run() {
    return root.resolve("run.json");
  }

  public Path events() {
    return root.resolve("events.jsonl");
  }

  public Path results() {
    return root.resolve("results.csv");
  }

  /** The folder of one round; round 0 is the shared one whatever the strategy. */
  public RoundDirectory round(String strategy, long seed, int round) {
    String arm = round == 0 ? INITIAL : strategy;
    return new RoundDirectory(
        root.resolve(arm)
            .resolve("seed_" + seed)
            .resolve(String.format(Locale.ROOT, "round_%03d", round)));
  }

  /**
   * Creates the directory for a new run; what a start that failed before {@code run.json} left is
   * taken over.
   *
   * @throws ExperimentException if it holds a run or anything else, or cannot be created
   */
  void create() {
    try {
      Files.createDirectories(root);
      if (Files.exists(run())) {
        throw new ExperimentException(
            root
                + ": holds a run already; continue it with 'resume "
                + root
                + "' or choose another directory");
      }
      try (Stream<Path> entries = Files.list(root)) {
        Path foreign = entries.filter(path -> !isBeginning(path)).findFirst().orElse(null);
        if (foreign != null) {
          throw new ExperimentException(
              root + ": holds " + foreign.getFileName() + "; choose an empty or new directory");
        }
      }
    } catch (IOException e) {
      throw new ExperimentException(root + ": cannot be created (" + e + ")", e);
    }
  }

  /** Whether a file is one that a run writes before {@code run.json}. */
  private boolean isBeginning(Path path) {
    String name = path.getFileName().toString();
    return path.equals(config())
        || path.equals(environment())
        || name.equals(RunLock.FILE)
        || name.endsWith(".tmp");
  }

  /** The files of one round. */
  public record RoundDirectory(Path root) {
    private static final String STEP_PREFIX = "step_";

    public Path selection() {
      return root.resolve("selection.json");
    }

    public Path scores() {
      return root.resolve("scores.csv");
    }

    public Path audit() {
      return root.resolve("audit.csv");
    }

    public Path metrics() {
      return root.resolve("metrics.json");
    }

    public Path checkpoint() {
      return root.resolve("checkpoint.safetensors");
    }

    /** Weights after the training on all labelled regions at the end of the round. */
    public Path finalWeights() {
      return root.resolve("final.safetensors");
    }

    public Path done() {
      return root.resolve("DONE");
    }

    /** State of a round that is being trained; absent once it is done. */
    Path progress() {
      return root.resolve("progress.json");
    }

    /** Weights after {@code step} of the round's steps. */
    Path checkpointAt(long step) {
      return root.resolve(STEP_PREFIX + step + ".safetensors");
    }

    /** Whether the round is complete. */
    public boolean isDone() {
      return Files.exists(done());
    }

    void create() {
      try {
        Files.createDirectories(root);
      } catch (IOException e) {
        throw new ExperimentException(root + ": cannot be created (" + e + ")", e);
      }
    }

    /** Deletes what only an unfinished round needs. */
    void deleteUnfinished() {
      delete(progress());
      try (Stream<Path> files = Files.list(root)) {
        files
            .filter(file -> file.getFileName().toString().startsWith(STEP_PREFIX))
            .forEach(RoundDirectory::delete);
      } catch (IOException e) {
        throw new ExperimentException(root + ": cannot be listed (" + e + ")", e);
      }
    }

    /** Deletes one file of this round if it is there. */
    static void delete(Path file) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new ExperimentException(file + ": cannot be deleted (" + e + ")", e);
      }
    }
  }
}
