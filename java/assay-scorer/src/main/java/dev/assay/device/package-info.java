/**
 * Where work runs: the CPU, or a CUDA device with its primary context, streams, events, graphs,
 * device memory and pinned host memory. The only package that knows JCuda, of which it uses the
 * driver API alone; without JCuda on the class path the CPU works and {@link
 * dev.assay.device.CudaDevice#whyNot()} says why CUDA does not.
 */
package dev.assay.device;
