/**
 * What a network needs of a compute library: tensors with addresses, and operations over them. The
 * layers of {@code dev.assay.nn} ask a {@link dev.assay.nn.backend.Backend} for operations and
 * never see its library.
 */
package dev.assay.nn.backend;
