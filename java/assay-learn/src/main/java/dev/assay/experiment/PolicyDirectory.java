package dev.assay.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where the training of a policy writes, below {@code policy/} of its run.
 *
 * <pre>
 * policy.safetensors     the trained policy; its presence says that the training is finished
 * episodes.csv           one line per finished episode
 * progress.json          finished episodes
 * learner_NNNN.safetensors   networks and optimiser after episode NNNN, while training goes on
 * replay.bin             experience, while training goes on
 * </pre>
 */
record PolicyDirectory(Path root) {
  static PolicyDirectory of(RunDirectory run) {
    return new PolicyDirectory(run.root().resolve("policy"));
  }

  Path policy() {
    return root.resolve("policy.safetensors");
  }

  Path episodes() {
    return root.resolve("episodes.csv");
  }

  Path progress() {
    return root.resolve("progress.json");
  }

  Path learner(int episode) {
    return root.resolve(String.format(Locale.ROOT, "learner_%04d.safetensors", episode));
  }

  Path replay() {
    return root.resolve("replay.bin");
  }

  boolean isFinished() {
    return Files.exists(policy());
  }
}
