package dev.assay.nn.backend.onednn;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.UnsafeApi;

/**
 * Fills a mask with zeros and ones. Element i takes 16 bits of mix(key + (i / 4) golden ratio), the
 * counter-based form of SplitMix64 (Steele, Lea and Flood 2014), so the rate is a multiple of
 * 2^-16.
 */
final class DropoutMask implements Operation {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int BF16_ONE = 0x3F80;

  private final Tensor mask;
  private final int threshold;
  private final LongSupplier key;

  DropoutMask(Tensor mask, float rate, LongSupplier key) {
    this.mask = mask;
    this.threshold = Math.round(rate * 65536);
    this.key = key;
  }

  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Override
  public String name() {
    return "dropout " + mask.name();
  }

  @Override
  public List<Tensor> reads() {
    return List.of();
  }

  @Override
  public List<Tensor> writes() {
    return List.of(mask);
  }

  @Override
  public void run() {
    long count = mask.shape().elements();
    long counter = key.getAsLong();
    long at = mask.address();
    boolean single = mask.type() == ElementType.F32;
    for (long i = 0; i < count; i += 4, counter += GOLDEN) {
      long bits = mix(counter);
      for (int j = 0; j < Math.min(4, count - i); j++, bits >>>= 16) {
        boolean keep = (bits & 0xFFFF) >= threshold;
        if (single) {
          UnsafeApi.putFloat(at + 4 * (i + j), keep ? 1f : 0f);
        } else {
          UnsafeApi.putShort(at + 2 * (i + j), (short) (keep ? BF16_ONE : 0));
        }
      }
    }
  }
}
