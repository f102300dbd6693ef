/** Segmentation and query networks, and the files that hold their weights. */
package dev.assay.model;
