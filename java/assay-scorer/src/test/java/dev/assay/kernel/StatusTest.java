package dev.assay.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import java.nio.file.Files;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
  @ParameterizedTest
  @CsvSource({
    "1, java.lang.IllegalArgumentException",
    "2, java.lang.UnsupportedOperationException",
    "3, java.lang.OutOfMemoryError",
    "4, dev.assay.device.OutOfDeviceMemoryException",
    "5, dev.assay.device.DeviceLostException",
    "6, java.lang.IllegalStateException",
    "7, dev.assay.device.AssayException",
    "99, dev.assay.device.AssayException"
  })
  void everyStatusHasItsException(int status, String expected) {
    assertEquals(
        expected, assertThrows(Throwable.class, () -> Status.check(status)).getClass().getName());
  }

  @Test
  void okIsNoException() {
    Status.check(0);
  }

  /** A struct of the wrong size is refused with text, so header and binding cannot drift apart. */
  @Test
  void aStructOfTheWrongSizeIsRefused() {
    try (ArgumentBlock block = new ArgumentBlock("confusion", 8, 1)) {
      block.enter(Exec.cpu(1));
      UnsafeApi.putLong(block.args(), 72);
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> Status.check(AssayLibrary.assay_confusion(block.exec(), block.args())));
      assertTrue(e.getMessage().contains("struct_size"), e.getMessage());
      block.leave();
    }
  }

  @Test
  void aBlockServesOneCallAtATime() {
    ArgumentBlock block = new ArgumentBlock("confusion", 8, 1);
    block.enter(Exec.cpu(1));
    assertThrows(IllegalStateException.class, () -> block.enter(Exec.cpu(1)));
    assertThrows(IllegalStateException.class, block::close);
    block.leave();
    block.enter(Exec.cpu(2));
    block.leave();
    block.close();
  }

  @Test
  void theLibraryNamesItselfAndItsReasons() {
    assertEquals(3, NativeLibrary.abiVersion());
    assertFalse(NativeLibrary.cpuTarget().isEmpty());
    assertTrue(Files.isRegularFile(NativeLibrary.path()), NativeLibrary.path().toString());
    NativeLibrary.Cuda cuda = NativeLibrary.cuda();
    assertEquals(cuda.available(), cuda.reason().isEmpty(), cuda.toString());
  }
}
