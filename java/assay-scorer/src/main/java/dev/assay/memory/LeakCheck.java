package dev.assay.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * With {@code -Dassay.leakcheck=fail} every owner keeps its creation stack until it is closed, and
 * {@link #requireNone()} throws for those that were not. Without the property it costs one branch.
 */
public final class LeakCheck {
  private static final boolean ON = "fail".equals(System.getProperty("assay.leakcheck"));
  private static final Map<Object, Throwable> OPEN = new ConcurrentHashMap<>();

  private LeakCheck() {}

  /** Remembers that {@code owner} was made here. */
  public static void opened(Object owner, String name) {
    if (ON) {
      OPEN.put(
          owner, new Throwable(owner.getClass().getSimpleName() + " " + name + " was opened here"));
    }
  }

  /** Forgets an owner that was closed. */
  public static void closed(Object owner) {
    if (ON) {
      OPEN.remove(owner);
    }
  }

  /**
   * Checks that every owner was closed.
   *
   * @throws IllegalStateException naming the number of leaked owners, with their creation stacks as
   *     suppressed exceptions
   */
  public static void requireNone() {
    if (!OPEN.isEmpty()) {
      IllegalStateException leak =
          new IllegalStateException(OPEN.size() + " owner(s) were not closed");
      OPEN.values().forEach(leak::addSuppressed);
      throw leak;
    }
  }
}
