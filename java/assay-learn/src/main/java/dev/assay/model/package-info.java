/** Segmentation, query and recurrent policy networks, and the files that hold their weights. */
package dev.assay.model;
