/**
 * The public entry of the scorer: class scores in, per-pixel maps and region signals out. An {@link
 * dev.assay.score.Engine} is shared by threads, a {@link dev.assay.score.Session} belongs to one. A
 * {@link dev.assay.score.SignalTable} keeps what they computed.
 */
package dev.assay.score;
