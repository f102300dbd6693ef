package dev.assay.model;

import dev.assay.format.Safetensors;
import dev.assay.format.SafetensorsWriter;
import dev.assay.memory.Owner;
import dev.assay.nn.Optimiser;
import dev.assay.nn.Parameter;
import dev.assay.nn.ParameterStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A network's file: parameters and running statistics under their names in torch's layout, the
 * optimiser's state as {@code optimiser.STATE/NAME}, counters as notes.
 */
final class Checkpoint {
  private static final String FORMAT = "assay-segmenter-1";
  private static final String NETWORK = "network";
  private static final String SEED = "seed";
  private static final String STEPS = "steps";
  private static final String CLASSIFIER_OF_TORCHVISION = "fc.";
  private static final String BATCH_COUNTER = ".num_batches_tracked";

  private final ParameterStore store;
  private final Optimiser optimiser;
  private final String network;

  /**
   * Reads and writes for one network.
   *
   * @param network says which network it is; a file of another is refused
   */
  Checkpoint(ParameterStore store, Optimiser optimiser, String network) {
    this.store = store;
    this.optimiser = optimiser;
    this.network = network;
  }

  void save(Path file, long seed) throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .note("format", FORMAT)
            .note(NETWORK, network)
            .note(SEED, Long.toString(seed))
            .note(STEPS, Long.toString(optimiser.steps()));
    for (Parameter p : store.parameters()) {
      writer.add(p.name(), store.source(p.value().address()), shape(p));
    }
    for (Map.Entry<String, Owner> state : optimiser.state().entrySet()) {
      for (Parameter p : store.parameters()) {
        if (p.trainable()) {
          long address = store.addressIn(state.getValue(), p);
          writer.add(stateName(state.getKey(), p), store.source(address), shape(p));
        }
      }
    }
    writer.write(file);
  }

  /** Restores everything and returns the seed; changes nothing unless the whole file fits. */
  long load(Path file) throws IOException {
    try (Safetensors in = Safetensors.open(file)) {
      requireNote(file, in, "format", FORMAT);
      requireNote(file, in, NETWORK, network);
      long seed = number(file, in, SEED);
      long steps = number(file, in, STEPS);
      List<String> problems = new ArrayList<>();
      for (Parameter p : store.parameters()) {
        check(in, p.name(), p, problems);
      }
      for (String state : optimiser.state().keySet()) {
        for (Parameter p : store.parameters()) {
          if (p.trainable()) {
            check(in, stateName(state, p), p, problems);
          }
        }
      }
      requireNone(file, problems);
      for (Parameter p : store.parameters()) {
        in.readInto(p.name(), store.target(p.value().address()));
      }
      for (Map.Entry<String, Owner> state : optimiser.state().entrySet()) {
        for (Parameter p : store.parameters()) {
          if (p.trainable()) {
            long address = store.addressIn(state.getValue(), p);
            in.readInto(stateName(state.getKey(), p), store.target(address));
          }
        }
      }
      optimiser.resumeAt(steps);
      store.changed();
      return seed;
    }
  }

  /**
   * Loads the parameters that {@code names} lists; the file's classifier and batch counters are
   * ignored, any other difference is an error.
   */
  void loadNamed(Path file, List<String> names) throws IOException {
    try (Safetensors in = Safetensors.open(file)) {
      List<String> problems = new ArrayList<>();
      for (String name : names) {
        check(in, name, store.get(name), problems);
      }
      for (String name : in.names()) {
        if (!names.contains(name)
            && !name.startsWith(CLASSIFIER_OF_TORCHVISION)
            && !name.endsWith(BATCH_COUNTER)) {
          problems.add(name + " is unknown here");
        }
      }
      requireNone(file, problems);
      for (String name : names) {
        in.readInto(name, store.target(store.get(name).value().address()));
      }
      store.changed();
    }
  }

  private static void check(Safetensors in, String name, Parameter p, List<String> problems)
      throws IOException {
    if (!in.contains(name)) {
      problems.add(name + " is missing");
    } else if (!Arrays.equals(in.shape(name), shape(p))) {
      problems.add(
          name
              + " is "
              + Arrays.toString(in.shape(name))
              + ", expected "
              + Arrays.toString(shape(p)));
    }
  }

  private static void requireNone(Path file, List<String> problems) throws IOException {
    if (!problems.isEmpty()) {
      int shown = Math.min(8, problems.size());
      throw new IOException(
          file
              + ": does not fit this network: "
              + String.join("; ", problems.subList(0, shown))
              + (shown < problems.size() ? "; and " + (problems.size() - shown) + " more" : ""));
    }
  }

  private static void requireNote(Path file, Safetensors in, String key, String expected)
      throws IOException {
    String found = in.metadata().get(key);
    if (!expected.equals(found)) {
      throw new IOException(file + ": note " + key + " is " + found + ", expected " + expected);
    }
  }

  private static long number(Path file, Safetensors in, String key) throws IOException {
    String text = in.metadata().get(key);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(file + ": note " + key + " is " + text + ", expected an integer", e);
    }
  }

  private static String stateName(String state, Parameter p) {
    return "optimiser." + state + "/" + p.name();
  }

  private static long[] shape(Parameter p) {
    return Arrays.stream(p.dims()).asLongStream().toArray();
  }
}
