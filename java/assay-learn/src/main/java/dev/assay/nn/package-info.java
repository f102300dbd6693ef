/**
 * Networks as static graphs. A {@link dev.assay.nn.GraphBuilder} turns layers into a {@link
 * dev.assay.nn.Graph}, planned once per shape: operations, argument lists and memory are made then,
 * and a step only runs them. Graphs of different shapes and modes share the parameters of one
 * {@link dev.assay.nn.ParameterStore}.
 */
package dev.assay.nn;
