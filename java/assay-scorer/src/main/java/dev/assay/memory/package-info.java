/**
 * Off-heap memory: an owner frees, a view looks, a lease keeps an owner alive during one call. The
 * classes here are the only ones in Assay that free memory.
 */
package dev.assay.memory;
