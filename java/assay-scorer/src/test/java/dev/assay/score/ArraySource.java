package dev.assay.score;

import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import java.util.SplittableRandom;

/** Seeded logits of some images of one size, in memory. */
final class ArraySource implements ScoreSource {
  final HostBuffer values;
  private final int images;
  private final int classes;
  private final int height;
  private final int width;
  private int next;

  ArraySource(int images, int classes, int height, int width, long seed) {
    this.images = images;
    this.classes = classes;
    this.height = height;
    this.width = width;
    long count = (long) images * classes * height * width;
    this.values = HostBuffer.floats("logits", count);
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < count; i++) {
      // Few distinct values, so that regions tie.
      values.putFloat(i, random.nextInt(4));
    }
  }

  ArraySource rewound() {
    next = 0;
    return this;
  }

  @Override
  public long images() {
    return images;
  }

  @Override
  public int classes() {
    return classes;
  }

  TensorView image(int index) {
    TensorView all = TensorView.nchw(values.address(), DType.F32, images, classes, height, width);
    return all.images(index, 1);
  }

  @Override
  public TensorView next() {
    return next == images ? null : image(next++);
  }

  @Override
  public String name() {
    return "memory image " + (next - 1);
  }

  @Override
  public void close() {
    values.close();
  }
}
