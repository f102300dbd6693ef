package dev.assay.cli.score;

import dev.assay.format.AtomicFile;
import dev.assay.format.ElementType;
import dev.assay.format.NpzStream;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.score.ImageMaps;
import dev.assay.score.PixelSignal;
import dev.assay.score.RegionSink;
import dev.assay.score.ScoredRegions;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** Writes each image's per-pixel maps as one archive, called after the image's number. */
public record MapFiles(OutputFolder folder) implements RegionSink {
  private static final int BLOCK = 1 << 16;

  @Override
  public void regions(ScoredRegions scored) {}

  @Override
  public void maps(long image, ImageMaps maps) throws IOException {
    AtomicFile.write(
        folder.map(image),
        out -> {
          try (NpzStream npz = new NpzStream(out)) {
            for (PixelSignal signal : PixelSignal.values()) {
              npz.add(
                  signal.name().toLowerCase(Locale.ROOT),
                  signal == PixelSignal.ARGMAX ? ElementType.U1 : ElementType.F4,
                  o -> copy(maps.span(signal), o),
                  maps.height(),
                  maps.width());
            }
          }
        });
  }

  private static void copy(Span span, OutputStream out) throws IOException {
    HostBuffer from = (HostBuffer) span.owner();
    long start = span.address() - from.address();
    byte[] block = new byte[BLOCK];
    for (long done = 0; done < span.bytes(); done += BLOCK) {
      int count = (int) Math.min(BLOCK, span.bytes() - done);
      from.getBytes(start + done, block, 0, count);
      out.write(block, 0, count);
    }
  }
}
