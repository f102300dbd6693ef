/** The CPU back end over oneDNN. No type of that library appears in a public signature. */
package dev.assay.nn.backend.onednn;
