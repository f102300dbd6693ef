package dev.assay.cli;

import dev.assay.cli.kernels.SettingException;
import dev.assay.data.BadDataException;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.experiment.ExperimentException;
import dev.assay.format.FormatException;
import dev.assay.score.BadTableException;
import java.nio.file.FileSystemException;

/** What the process says when it ends. */
final class ExitCode {
  static final int OK = 0;
  static final int OTHER = 1;
  static final int USAGE = 2;
  static final int BAD_INPUT = 3;
  static final int NO_DEVICE = 4;
  static final int OUT_OF_MEMORY = 5;

  private ExitCode() {}

  /** The code for a command that ended with {@code failure}. */
  static int of(Throwable failure) {
    if (failure instanceof UsageException || failure instanceof SettingException) {
      return USAGE;
    }
    if (failure instanceof NoSuchDeviceException) {
      return NO_DEVICE;
    }
    if (failure instanceof OutOfMemoryError || failure instanceof OutOfDeviceMemoryException) {
      return OUT_OF_MEMORY;
    }
    if (failure instanceof IllegalArgumentException
        || failure instanceof ExperimentException
        || failure instanceof FormatException
        || failure instanceof BadDataException
        || failure instanceof BadTableException
        || failure instanceof FileSystemException) {
      return BAD_INPUT;
    }
    return OTHER;
  }
}
