package dev.assay.device;

import jcuda.Pointer;
import jcuda.driver.CUpointer_attribute;
import jcuda.driver.JCudaDriver;

/** What the driver knows of host memory that others allocated. */
final class PageLock {
  private static final int HOST_MEMORY = 1;
  private static final int MEMORY_TYPE = CUpointer_attribute.CU_POINTER_ATTRIBUTE_MEMORY_TYPE;
  private static final int BLOCK = CUpointer_attribute.CU_POINTER_ATTRIBUTE_BUFFER_ID;

  private PageLock() {}

  /**
   * Whether all of these bytes of the host lie in one block that is page-locked, by whatever part
   * of the process: allocated so, or registered with the driver.
   */
  static boolean covers(CudaContext context, long host, long bytes) {
    long last = host + bytes - 1;
    long[] answers = new long[4];
    int code =
        context.code(
            () -> {
              int failure = 0;
              for (int i = 0; i < answers.length && failure == 0; i++) {
                failure = ask(i < 2 ? MEMORY_TYPE : BLOCK, i % 2 == 0 ? host : last, answers, i);
              }
              return failure;
            });
    // Memory that the driver does not know is an error to it, and no more than an answer here.
    return code == 0
        && answers[0] == HOST_MEMORY
        && answers[1] == HOST_MEMORY
        && answers[2] == answers[3];
  }

  private static int ask(int attribute, long address, long[] answers, int index) {
    long[] answer = new long[1];
    int code =
        JCudaDriver.cuPointerGetAttribute(Pointer.to(answer), attribute, Address.device(address));
    answers[index] = answer[0];
    return code;
  }
}
