package dev.assay.nn;

import dev.assay.format.Safetensors;
import dev.assay.format.SafetensorsWriter;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Owner;
import dev.assay.nn.backend.Memory;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Owner of a network's parameters: all trainable values lie in one buffer, their gradients in
 * another of the same layout, running statistics in a third, so that an optimiser step is one pass.
 * Graph builders declare parameters; the first planned graph fixes the set. Confined to one thread.
 */
public final class ParameterStore implements AutoCloseable {
  /** Each parameter starts on a cache line; the gap stays zero. */
  private static final int LINE = HostBuffer.ALIGNMENT / Float.BYTES;

  private final Memory memory;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Collection<Parameter> owned = parameters.values();
  private long trainableCount;
  private long statisticCount;
  private Owner values;
  private Owner gradients;
  private Owner statistics;
  private long version;

  /** An empty store in a back end's memory. */
  public ParameterStore(Memory memory) {
    this.memory = memory;
  }

  /** Where all values lie. */
  public Memory memory() {
    return memory;
  }

  /** Declares a trainable parameter, or returns it if it exists. */
  public Parameter trainable(String name, Initialiser initialiser, int... dims) {
    return declare(name, initialiser, true, dims);
  }

  /** Declares a running statistic, or returns it if it exists. */
  public Parameter statistic(String name, Initialiser initialiser, int... dims) {
    return declare(name, initialiser, false, dims);
  }

  private Parameter declare(String name, Initialiser init, boolean trainable, int[] dims) {
    Parameter known = parameters.get(name);
    if (known != null) {
      if (!known.hasDims(dims) || known.trainable() != trainable) {
        throw new IllegalArgumentException(
            "parameter "
                + name
                + ": shape "
                + Arrays.toString(dims)
                + " does not match "
                + Arrays.toString(known.dims())
                + " declared before");
      }
      return known;
    }
    if (values != null) {
      throw new IllegalStateException(
          "parameter " + name + " is new, but the first planned graph fixed the set of parameters");
    }
    Parameter fresh =
        new Parameter(name, dims, init, trainable, trainable ? trainableCount : statisticCount);
    long lines = (fresh.count() + LINE - 1) / LINE * LINE;
    if (trainable) {
      trainableCount += lines;
    } else {
      statisticCount += lines;
    }
    parameters.put(name, fresh);
    return fresh;
  }

  /** Gives every parameter its memory, once. */
  void allocate() {
    if (values != null) {
      return;
    }
    try {
      statistics = memory.floats("running statistics", statisticCount);
      gradients = memory.floats("parameter gradients", trainableCount);
      values = memory.floats("parameters", trainableCount);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    for (Parameter p : owned) {
      long bytes = p.offset() * Float.BYTES;
      if (p.trainable()) {
        p.value().place(values.address() + bytes);
        p.gradient().place(gradients.address() + bytes);
      } else {
        p.value().place(statistics.address() + bytes);
      }
    }
  }

  /**
   * Draws every parameter afresh; each from its own stream of (seed, name), so that the values do
   * not depend on the order of declaration.
   */
  public void initialise(long seed) {
    allocate();
    long largest = owned.stream().mapToLong(Parameter::count).max().orElse(0);
    try (HostBuffer draft = HostBuffer.floats("drawn parameter", largest)) {
      for (Parameter p : owned) {
        draw(p, RandomCounter.mix(seed) + p.name().hashCode(), draft);
        memory.copyIn(draft.address(), p.value().address(), p.value().bytes());
      }
    }
    changed();
  }

  private static void draw(Parameter p, long state, HostBuffer into) {
    Initialiser init = p.initialiser();
    for (long i = 0; i < p.count(); i++) {
      double offset =
          switch (init.form()) {
            case CONSTANT -> 0;
            case NORMAL -> init.spread() * gaussian(state, i);
            case UNIFORM -> init.spread() * (2 * uniform(state + i) - 1);
          };
      into.putFloat(i, (float) (init.mean() + offset));
    }
  }

  /** In [0, 1). */
  private static double uniform(long counter) {
    return (RandomCounter.mix(counter) >>> 11) * 0x1.0p-53;
  }

  /** Box-Muller from two counter-based uniforms. */
  private static double gaussian(long state, long i) {
    double u = ((RandomCounter.mix(state + 2 * i) >>> 11) + 1) * 0x1.0p-53;
    double v = uniform(state + 2 * i + 1);
    return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
  }

  /** All parameters in order of declaration. */
  public Collection<Parameter> parameters() {
    return Collections.unmodifiableCollection(owned);
  }

  /**
   * The parameter of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Parameter get(String name) {
    Parameter p = parameters.get(name);
    if (p == null) {
      throw new IllegalArgumentException("no parameter is named " + name);
    }
    return p;
  }

  /** Where the values belonging to a trainable parameter begin in a buffer laid out like them. */
  public long addressIn(Owner state, Parameter parameter) {
    return state.address() + parameter.offset() * Float.BYTES;
  }

  /** Values at {@code address} of this store's memory, to be written to a file. */
  public SafetensorsWriter.Source source(long address) {
    return (offset, bytes, host) -> memory.copyOut(address + offset, host, bytes);
  }

  /** A place at {@code address} of this store's memory, to be read into from a file. */
  public Safetensors.Target target(long address) {
    return (host, offset, bytes) -> memory.copyIn(host, address + offset, bytes);
  }

  /** Number of trainable values, alignment gaps included. */
  long trainableCount() {
    return trainableCount;
  }

  /** The trainable values. */
  Owner values() {
    allocate();
    return values;
  }

  /** The gradients, laid out as the values. */
  Owner gradients() {
    allocate();
    return gradients;
  }

  /** Tells graphs that values changed; whoever writes values calls it. */
  public void changed() {
    version++;
  }

  /** Grows with every {@link #changed()}. */
  public long version() {
    return version;
  }

  @Override
  public void close() {
    for (Owner block : Arrays.asList(values, gradients, statistics)) {
      if (block != null) {
        block.close();
      }
    }
  }
}
