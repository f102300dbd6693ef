package dev.assay.nn;

import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.onednn.OneDnnBackend;

class OneDnnLayerTest extends RecurrentLayerContract {
  @Override
  Backend open() {
    return new OneDnnBackend();
  }
}
