package dev.assay.nn.backend.onednn;

import dev.assay.device.Exec;
import dev.assay.kernel.Resize;
import dev.assay.kernel.ResizeRule;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.KernelTypes;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.List;

/**
 * Resizing of images with our own kernel: the library knows no aligned corners, and its gradient of
 * the half-pixel rule takes ten times as long.
 */
final class Resizing implements Operation {
  private final Resize kernel = new Resize();
  private final Exec exec;
  private final String name;
  private final ResizeRule rule;
  private final boolean backward;
  private final Tensor from;
  private final Tensor to;
  private final Resize.Extents extents;

  private Resizing(
      Exec exec, String name, Interpolation rule, boolean backward, Tensor from, Tensor to) {
    this.exec = exec;
    this.name = name;
    this.rule = KernelTypes.of(rule);
    this.backward = backward;
    this.from = from;
    this.to = to;
    Shape x = (backward ? to : from).shape();
    Shape y = (backward ? from : to).shape();
    this.extents = new Resize.Extents(x.n(), x.c(), x.h(), x.w(), y.h(), y.w());
  }

  static Operation forward(Exec exec, Interpolation rule, Tensor x, Tensor y) {
    return new Resizing(exec, "resize " + y.name(), rule, false, x, y);
  }

  static Operation backward(Exec exec, Interpolation rule, Tensor dy, Tensor dx) {
    return new Resizing(exec, "resize " + dx.name() + " backward", rule, true, dy, dx);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Tensor> reads() {
    return List.of(from);
  }

  @Override
  public List<Tensor> writes() {
    return List.of(to);
  }

  @Override
  public void run() {
    if (backward) {
      kernel.backward(
          exec, rule, KernelTypes.of(from.type()), extents, from.address(), to.address());
    } else {
      kernel.forward(
          exec, rule, KernelTypes.of(from.type()), extents, from.address(), to.address());
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
