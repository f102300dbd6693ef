/** Segmentation networks, and the file that holds their weights. */
package dev.assay.model;
