package dev.assay.rl;

import dev.assay.format.Safetensors;
import dev.assay.format.SafetensorsWriter;
import dev.assay.memory.Owner;
import dev.assay.model.QueryNetwork;
import dev.assay.nn.Optimiser;
import dev.assay.nn.Parameter;
import dev.assay.nn.ParameterStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state of a learner as one safetensors file: {@code policy/NAME}, {@code target/NAME}, {@code
 * optimiser.STATE/NAME}, and the number of updates as a note.
 */
final class DqnCheckpoint {
  private static final String FORMAT = "assay-double-dqn-1";
  private static final String UPDATES = "updates";

  private record Place(ParameterStore store, long address, long[] shape) {}

  private final QueryNetwork policy;
  private final QueryNetwork target;
  private final Optimiser optimiser;

  DqnCheckpoint(QueryNetwork policy, QueryNetwork target, Optimiser optimiser) {
    this.policy = policy;
    this.target = target;
    this.optimiser = optimiser;
  }

  private Map<String, Place> places() {
    Map<String, Place> places = new LinkedHashMap<>();
    ParameterStore store = policy.parameters();
    addNetwork(places, "policy/", store);
    addNetwork(places, "target/", target.parameters());
    for (Map.Entry<String, Owner> state : optimiser.state().entrySet()) {
      for (Parameter p : store.parameters()) {
        if (p.trainable()) {
          places.put(
              "optimiser." + state.getKey() + "/" + p.name(),
              new Place(store, store.addressIn(state.getValue(), p), shape(p)));
        }
      }
    }
    return places;
  }

  private static void addNetwork(Map<String, Place> places, String prefix, ParameterStore store) {
    for (Parameter p : store.parameters()) {
      places.put(prefix + p.name(), new Place(store, p.value().address(), shape(p)));
    }
  }

  private static long[] shape(Parameter p) {
    return Arrays.stream(p.dims()).asLongStream().toArray();
  }

  void save(Path file) throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .note("format", FORMAT)
            .note(UPDATES, Long.toString(optimiser.steps()));
    places()
        .forEach((name, place) -> writer.add(name, place.store.source(place.address), place.shape));
    writer.write(file);
  }

  void load(Path file) throws IOException {
    try (Safetensors in = Safetensors.open(file)) {
      String format = in.metadata().get("format");
      if (!FORMAT.equals(format)) {
        throw new IOException(file + ": note format is " + format + ", expected " + FORMAT);
      }
      long updates = updates(file, in.metadata().get(UPDATES));
      Map<String, Place> places = places();
      for (Map.Entry<String, Place> entry : places.entrySet()) {
        check(file, in, entry.getKey(), entry.getValue().shape);
      }
      for (Map.Entry<String, Place> entry : places.entrySet()) {
        Place place = entry.getValue();
        in.readInto(entry.getKey(), place.store.target(place.address));
      }
      optimiser.resumeAt(updates);
      policy.parameters().changed();
      target.parameters().changed();
    }
  }

  private static void check(Path file, Safetensors in, String name, long[] expected)
      throws IOException {
    String found = in.contains(name) ? Arrays.toString(in.shape(name)) : "missing";
    if (!found.equals(Arrays.toString(expected))) {
      throw new IOException(
          file + ": " + name + " is " + found + ", expected " + Arrays.toString(expected));
    }
  }

  private static long updates(Path file, String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(
          file + ": note " + UPDATES + " is " + text + ", expected an integer", e);
    }
  }
}
