/**
 * The papers' protocols: configuration, region grid, oracle, acquisition pass, rounds of choosing
 * and training, and the run directory that survives a crash. Start at {@link
 * dev.assay.experiment.Experiment}.
 */
package dev.assay.experiment;
