package dev.assay.format;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.Layout;
import dev.assay.memory.TensorView;
import java.io.IOException;

/**
 * The images of one array of class scores, in memory bounded by one of them. C order, native byte
 * order and a type of the scorer's are mapped where they lie; anything else is copied, block by
 * block. Fortran order interleaves the images, so as many are gathered in one pass over the array
 * as 256 MiB hold. Images are best taken in order.
 */
final class ArrayImages implements AutoCloseable {
  /** An image that must be copied may have this many bytes and no more. */
  static final long MAX_COPIED_BYTES = 4L << 30;

  private static final long GATHER_BYTES = 256 << 20;
  private static final long BLOCK_BYTES = 1 << 20;

  private final ArrayInfo info;
  private final ImageShape shape;
  private final Layout layout;
  private final ArrayBytes bytes;
  private final ElementCopy copy;
  private HostBuffer images;
  private HostBuffer block;
  private long firstGathered;
  private long gathered;

  ArrayImages(ArrayInfo info, Layout layout, ArrayBytes bytes) throws FormatException {
    this.info = info;
    this.shape = ImageShape.of(info, layout);
    this.layout = layout;
    this.bytes = bytes;
    this.copy = new ElementCopy(info.type(), info.bigEndian());
  }

  /** Image {@code index} as [1, c, h, w], valid until the next call. */
  TensorView image(long index) throws IOException {
    if (info.fortran()) {
      return view(gathered(index));
    }
    long length = shape.elements() * info.elementBytes();
    if (copy.isIdentity()) {
      long address = bytes.map(index * length, length);
      if (address != 0 && address % info.elementBytes() == 0) {
        return view(address);
      }
    }
    return view(copied(index * length, length));
  }

  private TensorView view(long address) {
    return layout.view(address, copy.target(), 1, shape.c(), shape.h(), shape.w());
  }

  private long imageBytes() {
    return shape.elements() * copy.target().bytes();
  }

  private long copied(long offset, long length) throws IOException {
    long to = images(1);
    if (copy.isIdentity()) {
      bytes.copy(offset, length, to);
      return to;
    }
    int width = info.elementBytes();
    for (long done = 0; done < length; done += BLOCK_BYTES) {
      long part = Math.min(BLOCK_BYTES, length - done);
      bytes.copy(offset + done, part, block());
      copy.run(block(), to + done / width * copy.target().bytes(), part / width);
    }
    return to;
  }

  private long gathered(long index) throws IOException {
    if (index < firstGathered || index >= firstGathered + gathered) {
      long room = Math.max(1, GATHER_BYTES / imageBytes());
      long count = Math.min(room, shape.n() - index);
      gather(index, count, images(Math.min(room, shape.n())));
      firstGathered = index;
      gathered = count;
    }
    return images.address() + (index - firstGathered) * imageBytes();
  }

  /** One pass over the whole array, first index fastest, that keeps the images wanted. */
  private void gather(long first, long count, long to) throws IOException {
    int width = info.elementBytes();
    int target = copy.target().bytes();
    long[] sides = info.shape();
    int at = sides.length - 3;
    long image = 0;
    long i = 0;
    long j = 0;
    long k = 0;
    for (long done = 0; done < info.bytes(); done += BLOCK_BYTES) {
      long part = Math.min(BLOCK_BYTES, info.bytes() - done);
      bytes.copy(done, part, block());
      for (long from = block(); from < block() + part; from += width) {
        if (image >= first && image < first + count) {
          long element = (i * sides[at + 1] + j) * sides[at + 2] + k;
          copy.one(from, to + ((image - first) * shape.elements() + element) * target);
        }
        if (++image == shape.n()) {
          image = 0;
          if (++i == sides[at]) {
            i = 0;
            if (++j == sides[at + 1]) {
              j = 0;
              k++;
            }
          }
        }
      }
    }
  }

  private long images(long count) throws FormatException {
    if (imageBytes() > MAX_COPIED_BYTES) {
      throw new FormatException(
          info.source()
              + ": found images of "
              + imageBytes()
              + " bytes that cannot be mapped, expected at most "
              + MAX_COPIED_BYTES);
    }
    if (images == null) {
      images = HostBuffer.allocate(info.source(), count * imageBytes());
    }
    return images.address();
  }

  private long block() {
    if (block == null) {
      block = HostBuffer.allocate("block of " + info.source(), BLOCK_BYTES);
    }
    return block.address();
  }

  @Override
  public void close() throws IOException {
    if (images != null) {
      images.close();
    }
    if (block != null) {
      block.close();
    }
    bytes.close();
  }
}
