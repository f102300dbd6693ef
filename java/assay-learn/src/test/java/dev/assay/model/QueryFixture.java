package dev.assay.model;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.Parameter;
import dev.assay.nn.Values;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.Memory;
import java.util.Random;

/** Query networks that look trained, and random input for them. */
public final class QueryFixture {
  /** Odd sizes: no count of channels or rows is a multiple of a vector's length. */
  public static final QueryConfig SMALL = new QueryConfig(7, 13, 5);

  private QueryFixture() {}

  /** A network whose statistics and affine parameters are not those of initialisation. */
  public static QueryNetwork network(QueryConfig config, long seed) {
    return network(config, Backends.cpu(), seed);
  }

  /** The same on another back end. */
  public static QueryNetwork network(QueryConfig config, Backend backend, long seed) {
    QueryNetwork network = new QueryNetwork(config, backend, seed);
    Memory memory = network.parameters().memory();
    Random random = new Random(seed);
    for (Parameter p : network.parameters().parameters()) {
      if (p.dims().length == 1) {
        for (long i = 0; i < p.count(); i++) {
          double around = p.name().endsWith("running_var") ? 1 : Values.get(memory, p.value(), i);
          Values.put(memory, p.value(), i, around + 0.4 * (random.nextDouble() - 0.5));
        }
      }
    }
    network.parameters().changed();
    return network;
  }

  /** Normal values. */
  public static HostBuffer gaussians(long count, long seed) {
    HostBuffer values = HostBuffer.floats("values", count);
    Random random = new Random(seed);
    for (long i = 0; i < count; i++) {
      values.putFloat(i, (float) random.nextGaussian());
    }
    return values;
  }

  /** Q of all candidates, each state with its own pool. */
  public static float[] values(
      QueryNetwork network, HostBuffer states, HostBuffer actions, int n, int candidates) {
    try (HostBuffer q = HostBuffer.floats("q", (long) n * candidates)) {
      network.observe(states.address(), n);
      network.value(actions.address(), n, candidates, q.address());
      float[] values = new float[n * candidates];
      for (int i = 0; i < values.length; i++) {
        values[i] = q.getFloat(i);
      }
      return values;
    }
  }

  /** All weights and statistics in a row. */
  public static float[] weights(QueryNetwork network) {
    int count = 0;
    for (Parameter p : network.parameters().parameters()) {
      count += (int) p.count();
    }
    float[] all = new float[count];
    int at = 0;
    for (Parameter p : network.parameters().parameters()) {
      float[] values = Values.floats(network.parameters().memory(), p.value());
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return all;
  }
}
