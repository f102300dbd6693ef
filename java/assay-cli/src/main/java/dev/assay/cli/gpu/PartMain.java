package dev.assay.cli.gpu;

import java.io.IOException;
import java.io.PrintStream;

/** One part in a process of its own; says its entries on stdout, a line of JSON each. */
final class PartMain {
  private PartMain() {}

  /** Arguments: the part's name, its seconds, and a {@link CheckSize}. */
  public static void main(String[] args) {
    PrintStream entries = System.out;
    // What libraries print is not for the reader of entries.
    System.setOut(System.err);
    endWithParent();
    Part part = GpuCheck.part(args[0], CheckSize.valueOf(args[2]));
    System.err.println("-- " + part.name());
    part.attempt(
        new PartLog(
            part.name(),
            Double.parseDouble(args[1]),
            entry -> {
              entries.println(EntryLine.of(entry));
              entries.flush();
            }));
    System.exit(0);
  }

  /** Nobody writes to this process: its input ends when the one that started it does. */
  private static void endWithParent() {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException e) {
                System.err.println("no more input: " + e.getMessage());
              }
              ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
              Runtime.getRuntime().halt(1);
            },
            "end with parent");
    thread.setDaemon(true);
    thread.start();
  }
}
