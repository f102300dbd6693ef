package dev.assay.nn.backend.onednn;

import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.List;
import org.agrona.UnsafeApi;

/** Copies a dense tensor into one of another shape: the order of the elements stays. */
final class Reshape implements Operation {
  private final Tensor x;
  private final Tensor y;

  Reshape(Tensor x, Tensor y) {
    if (x.bytes() != y.bytes() || x.type() != y.type()) {
      throw new IllegalArgumentException("reshape of " + x + " to " + y + ": sizes differ");
    }
    this.x = x;
    this.y = y;
  }

  @Override
  public String name() {
    return "reshape " + y.name();
  }

  @Override
  public List<Tensor> reads() {
    return List.of(x);
  }

  @Override
  public List<Tensor> writes() {
    return List.of(y);
  }

  @Override
  public void run() {
    UnsafeApi.copyMemory(x.address(), y.address(), x.bytes());
  }
}
