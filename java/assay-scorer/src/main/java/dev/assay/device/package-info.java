/** Where work runs: plain values that name a device and how much of it a call may use. */
package dev.assay.device;
