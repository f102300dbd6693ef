package dev.assay.device;

import jcuda.driver.JCudaDriver;

/** Turns the driver's error codes into the exceptions that Java code expects for them. */
final class CudaErrors {
  static final int NOT_READY = 600;

  private static final int INVALID_VALUE = 1;
  private static final int OUT_OF_MEMORY = 2;

  private CudaErrors() {}

  /** After these the context answers every call with the same error. */
  static boolean isSticky(int code) {
    return switch (code) {
      case 46, // device unavailable
          214, // uncorrectable ECC error
          220, // uncorrectable NVLink error
          700, // illegal address
          702, // launch timeout
          709, // context is destroyed
          710, // assert
          714, // hardware stack error
          715, // illegal instruction
          716, // misaligned address
          717, // invalid address space
          718, // invalid program counter
          719, // launch failed
          911 // external device
          ->
          true;
      default -> false;
    };
  }

  static RuntimeException exception(String what, int code) {
    String text = what + ": " + text(code);
    if (isSticky(code)) {
      return new DeviceLostException(text);
    }
    return switch (code) {
      case INVALID_VALUE -> new IllegalArgumentException(text);
      case OUT_OF_MEMORY -> new OutOfDeviceMemoryException(text);
      default -> new AssayException(text);
    };
  }

  /** The driver's own words. */
  static String text(int code) {
    String[] name = new String[1];
    String[] words = new String[1];
    if (JCudaDriver.cuGetErrorName(code, name) != 0
        || JCudaDriver.cuGetErrorString(code, words) != 0) {
      return "CUDA error " + code;
    }
    return words[0] + " (" + name[0] + ", " + code + ")";
  }
}
