package dev.assay.score;

import java.io.IOException;

/** Takes what a {@link StreamingScorer} computes, image by image, in order; keeps no view of it. */
@FunctionalInterface
public interface RegionSink {
  /** Takes the signals of some regions of one image: chunks arrive in order of image and region. */
  void regions(ScoredRegions scored) throws IOException;

  /** Takes an image's maps, before its last regions, if the plan wants them. */
  default void maps(long image, ImageMaps maps) throws IOException {}

  /** A sink that hands everything to several. */
  static RegionSink all(Iterable<? extends RegionSink> sinks) {
    return new RegionSink() {
      @Override
      public void regions(ScoredRegions scored) throws IOException {
        for (RegionSink sink : sinks) {
          sink.regions(scored);
        }
      }

      @Override
      public void maps(long image, ImageMaps maps) throws IOException {
        for (RegionSink sink : sinks) {
          sink.maps(image, maps);
        }
      }
    };
  }
}
