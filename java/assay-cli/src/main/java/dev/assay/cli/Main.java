package dev.assay.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of {@code assay}. */
@Command(
    name = "assay",
    description = "Decides which image regions are worth a human's labelling time.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      ResumeCommand.class,
      ReportCommand.class,
      ScoreCommand.class,
      KernelCommand.class,
      SelectCommand.class,
      BenchCommand.class,
      GpuCheckCommand.class,
      DataCommand.class,
      DoctorCommand.class
    },
    footer = {
      "",
      "stdout is data, stderr is talk. Exit codes: 0 success, 1 other failure, 2 usage, 3 bad input,",
      "4 no such device, 5 out of memory. ASSAY_DEBUG=1 or --verbose adds stack traces."
    })
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /** Runs one command; everything it says goes to the two streams. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    boolean quiet = Arrays.asList(args).contains("--quiet");
    if (quiet) {
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    }
    boolean debug =
        Arrays.asList(args).contains("--verbose") || "1".equals(System.getenv("ASSAY_DEBUG"));
    CommandLine line = new CommandLine(new Main(), new Factory(new Talk(out, err, quiet)));
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler((e, ignored) -> usage(e, err));
    line.setExecutionExceptionHandler((e, command, result) -> fail(e, err, debug));
    try {
      if (args.length == 0) {
        line.usage(err);
        return ExitCode.USAGE;
      }
      return line.execute(args);
    } catch (OutOfMemoryError e) {
      return fail(e, err, debug);
    }
  }

  private static int usage(ParameterException e, PrintStream err) {
    err.println("assay: " + e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        err.println("did you mean: " + String.join(" or ", near) + "?");
      }
    }
    err.println("usage: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static int fail(Throwable e, PrintStream err, boolean debug) {
    err.println("assay: " + message(e));
    if (debug) {
      e.printStackTrace(err);
    }
    return ExitCode.of(e);
  }

  /** The JDK's file exceptions carry little more than a name. */
  private static String message(Throwable e) {
    String text = e.getMessage();
    if (e instanceof FileSystemException file && file.getReason() == null) {
      if (e instanceof NoSuchFileException) {
        return text.contains(": ") ? text : text + ": found no such file";
      }
      if (e instanceof AccessDeniedException) {
        return text + ": access denied";
      }
      if (e instanceof FileAlreadyExistsException) {
        return text + ": exists already";
      }
    }
    if (e instanceof OutOfMemoryError) {
      return "out of memory: " + text;
    }
    return text == null ? e.getClass().getSimpleName() : text;
  }

  /** Gives every command the streams to speak on. */
  private record Factory(Talk talk) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      try {
        return type.getDeclaredConstructor(Talk.class).newInstance(talk);
      } catch (NoSuchMethodException e) {
        return CommandLine.defaultFactory().create(type);
      }
    }
  }
}
