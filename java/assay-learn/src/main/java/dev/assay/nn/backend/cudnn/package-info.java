/**
 * Networks on NVIDIA GPUs: convolution, batch normalisation, pooling and recurrent layers by cuDNN,
 * the rest by our own kernels, all on one stream.
 *
 * <p>cuDNN 9 marks its functions for single layers as deprecated in favour of its graphs, and keeps
 * them; they are what a static graph of ours needs, hence the suppressed warnings.
 */
package dev.assay.nn.backend.cudnn;
