/**
 * The command line, a contract: stdout is data, stderr is talk; exit codes are in {@link
 * dev.assay.cli.ExitCode}. One class per command.
 */
package dev.assay.cli;
