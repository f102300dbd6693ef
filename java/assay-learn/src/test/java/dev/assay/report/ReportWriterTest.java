package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportWriterTest {
  private static final PictureSource GREY =
      id -> new BufferedImage(480, 360, BufferedImage.TYPE_INT_RGB);

  @TempDir Path directory;

  private String report(PictureSource images, Path... runs) throws IOException {
    Path html = directory.resolve("out").resolve("report.html");
    ReportWriter.write(List.of(runs), images, html);
    return Files.readString(html);
  }

  private Path run(String name) {
    return directory.resolve(name);
  }

  /** Parses the page as XML and checks what must hold for every report. */
  static Document check(String page) throws Exception {
    assertTrue(page.startsWith("<!DOCTYPE html>\n<html"));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page.substring(16))));
    assertFalse(page.contains("<script"), "the page must not need scripts");
    String text = page.replaceAll("data:image/jpeg;base64,[A-Za-z0-9+/=]*", "data:image/");
    assertFalse(Pattern.compile("https?://|@import|url\\((?!#)").matcher(text).find(), "request");
    assertFalse(text.contains("NaN") || text.contains("Infinity"), "a number is missing");
    Set<String> ids = new HashSet<>();
    NodeList all = document.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      String id = ((Element) all.item(i)).getAttribute("id");
      assertTrue(id.isEmpty() || ids.add(id), "id twice: " + id);
      for (String attribute : List.of("href", "src", "srcset", "action", "data")) {
        String target = ((Element) all.item(i)).getAttribute(attribute);
        assertTrue(target.isEmpty() || target.matches("(?s)#.*|data:image/.*"), target);
      }
    }
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      for (String reference : element.getAttribute("aria-labelledby").split(" ", -1)) {
        assertTrue(reference.isEmpty() || ids.contains(reference), reference);
      }
      if (element.getTagName().equals("svg") && element.getAttribute("role").equals("img")) {
        assertEquals(1, count(element, "desc"), "a chart needs one description");
      }
    }
    return document;
  }

  private static int count(Element element, String tag) {
    return element.getElementsByTagName(tag).getLength();
  }

  private static boolean hasClass(Element element, String name) {
    return List.of(element.getAttribute("class").split(" ", -1)).contains(name);
  }

  private static List<Element> withClass(Document document, String tag, String name) {
    List<Element> found = new ArrayList<>();
    NodeList all = document.getElementsByTagName(tag);
    for (int i = 0; i < all.getLength(); i++) {
      if (hasClass((Element) all.item(i), name)) {
        found.add((Element) all.item(i));
      }
    }
    return found;
  }

  @Test
  void finishedRunHasEverySection() throws Exception {
    RunFixture fixture = new RunFixture();
    Path run = fixture.write(run("demo"));
    String page = report(GREY, run);
    Document document = check(page);
    for (String section : List.of("verdict", "curve", "classes", "picked", "pictures", "cost")) {
      assertTrue(page.contains("<section id=\"" + section + "\">"), section);
    }
    assertTrue(page.contains("class-aware random: not shown · entropy: not shown"));
    assertEquals(3, withClass(document, "svg", "whisker").size());
    assertTrue(page.contains("java/assay demo"));
    assertTrue(page.contains("Not exercised: cuda"));
    assertTrue(page.contains("8 &lt;cores&gt; &amp; more"));
    assertFalse(page.contains("Before you read on"), "a finished run has nothing to confess");
    assertFalse(withClass(document, "svg", "picture").isEmpty());
    assertTrue(page.contains("data:image/jpeg;base64,"));
  }

  @Test
  void numbersOnThePageAreThoseOfTheRun() throws Exception {
    Path run = new RunFixture().write(run("demo"));
    String page = report(null, run);
    Study study = Study.read(List.of(run));
    for (Series series : study.series()) {
      double[] miou = series.values(96, row -> 100 * row.miou());
      assertEquals(2, miou.length);
      assertTrue(page.contains("<b>" + Text.fixed((miou[0] + miou[1]) / 2, 1) + "</b>"));
      double[] road = series.values(96, row -> 100 * row.iou()[3]);
      assertTrue(page.contains(Text.meanAndDeviation(road, 1)));
    }
    double[] shares = Shares.of(study.series().get(2).pickedPixels(11));
    assertTrue(page.contains(Text.fixed(shares[3] / study.pool().shares()[3], 2) + "×"));
  }

  @Test
  void everythingIsEscaped() throws Exception {
    RunFixture fixture = new RunFixture();
    fixture.name = "<b>&name</b>";
    fixture.strategies = List.of("random", "<img src=x>");
    fixture.classes = List.of("a<script>b", "c\"d", "e&f");
    fixture.config = "name: \"</pre><script>\"\n";
    fixture.imageIds = new String[] {"<i>.png"};
    fixture.images = 1;
    String page = report(GREY, fixture.write(run("evil")));
    check(page);
    assertTrue(page.contains("&lt;b&gt;&amp;name&lt;/b&gt;"));
    assertTrue(page.contains("a&lt;script&gt;b"));
    assertFalse(page.contains("<img"));
  }

  @Test
  void killedRunSaysWhatIsMissing() throws Exception {
    RunFixture fixture = new RunFixture();
    fixture.status = "running";
    Path run = fixture.write(run("killed"));
    Path csv = run.resolve("results.csv");
    List<String> lines = Files.readAllLines(csv);
    // The last strategy's second seed was cut off in its last line.
    List<String> kept = new ArrayList<>(lines.subList(0, lines.size() - 1));
    kept.add("entropy,1,3,9");
    RunFixture.text(csv, String.join("\n", kept));
    RunFixture.text(run.resolve("entropy/seed_0/round_003/selection.json"), "{\"strategy\":");
    Files.delete(run.resolve("env.json"));
    String page = report(null, run);
    check(page);
    assertTrue(page.contains("status: running"));
    assertTrue(page.contains("entropy seed 1 (round 2)"));
    assertTrue(page.contains("results.csv line 25 was skipped"));
    assertTrue(page.contains("round_003/selection.json cannot be read"));
    assertTrue(page.contains("env.json is missing"));
    assertTrue(page.contains("No pictures"));
  }

  @Test
  void runWithoutRoundsStillGivesAPage() throws Exception {
    RunFixture fixture = new RunFixture();
    fixture.rounds = 0;
    Path onlyInitial = fixture.write(run("initial"));
    check(report(GREY, onlyInitial));
    Files.delete(onlyInitial.resolve("results.csv"));
    String page = report(GREY, onlyInitial);
    check(page);
    assertTrue(page.contains("No evaluated round yet"));
  }

  @Test
  void oneSeedAndTwentySeedsAndNineteenLongClasses() throws Exception {
    RunFixture one = new RunFixture();
    one.seeds = 1;
    String page = report(GREY, one.write(run("one")));
    check(page);
    assertTrue(page.contains("Nothing can be shown with n = 1"));
    RunFixture many = new RunFixture();
    many.seeds = 20;
    many.rounds = 12;
    many.regionsPerRound = 4;
    many.strategies = List.of("random", "class_aware_random", "a", "b", "c", "d", "e", "f", "g");
    many.classes = new ArrayList<>();
    for (int c = 0; c < 19; c++) {
      many.classes.add("a class with quite a long name, number " + c);
    }
    page = report(GREY, many.write(run("many")));
    check(page);
    assertTrue(page.contains("better than random: <strong class=\"answer yes\">yes</strong>"));
    assertTrue(page.contains("Exact sign-flip test: p &lt; 0.001"));
  }

  @Test
  void mergedRunsComeSideBySide() throws Exception {
    RunFixture first = new RunFixture();
    first.name = "first";
    RunFixture second = new RunFixture();
    second.name = "second";
    second.strategies = List.of("margin", "entropy");
    second.config = first.config.replace("0.01", "0.02");
    String page = report(GREY, first.write(run("a")), second.write(run("b")));
    check(page);
    assertTrue(page.contains("first + second"));
    assertTrue(page.contains("entropy (second)"));
    assertTrue(page.contains("training.rate"));
  }

  @Test
  void runsOnDifferentDataAreRefused() throws Exception {
    RunFixture first = new RunFixture();
    RunFixture second = new RunFixture();
    second.data = "{\"source\":\"synthetic\",\"seed\":2}";
    Path a = first.write(run("a"));
    Path b = second.write(run("b"));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> report(null, a, b));
    assertTrue(refused.getMessage().contains(a.toString()));
    assertTrue(refused.getMessage().contains(b.toString()));
    IOException notARun =
        assertThrows(IOException.class, () -> report(null, directory.resolve("nowhere")));
    assertTrue(notARun.getMessage().contains("nowhere"));
    assertThrows(IllegalArgumentException.class, () -> report(null));
  }

  @Test
  void supervisedRunBecomesALine() throws Exception {
    Path active = new RunFixture().write(run("active"));
    RunFixture fixture = new RunFixture();
    fixture.strategies = List.of("supervised");
    fixture.seeds = 1;
    Path supervised = fixture.write(run("supervised"));
    String page = report(null, active, supervised);
    Document document = check(page);
    assertEquals(2, withClass(document, "line", "reference").size());
    double value = Study.read(List.of(active, supervised)).supervised().orElseThrow();
    assertTrue(page.contains("fully supervised " + Text.fixed(value, 1)));
    check(report(null, supervised));
  }

  @Test
  void picturesThatFailOrGrowTooLargeAreNamed() throws Exception {
    Path run = new RunFixture().write(run("demo"));
    String page =
        report(
            id -> {
              throw new IOException("truncated PNG");
            },
            run);
    check(page);
    assertTrue(page.contains("cannot be read: truncated PNG"));
    BufferedImage noise = new BufferedImage(640, 4000, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(5);
    for (int i = 0; i < 640 * 4000; i++) {
      noise.setRGB(i % 640, i / 640, random.nextInt(1 << 24));
    }
    page = report(id -> noise, run);
    check(page);
    assertTrue(page.contains("left out to keep this page"));
    assertTrue(page.length() < 6_000_000);
    page = report(id -> null, run);
    assertTrue(page.contains("The data set has no image"));
  }

  @Test
  void writesAtomicallyAndLeavesNothingBehind() throws Exception {
    Path run = new RunFixture().write(run("demo"));
    report(null, run);
    report(null, run);
    try (var files = Files.list(directory.resolve("out"))) {
      assertEquals(List.of("report.html"), files.map(f -> f.getFileName().toString()).toList());
    }
  }

  @Test
  void tableListsStrategiesByBudget() throws Exception {
    Path run = new RunFixture().write(run("demo"));
    String table = ReportTable.text(List.of(run));
    assertTrue(table.chars().allMatch(c -> c == '\n' || (c >= 32 && c < 127)), table);
    List<String> lines = table.lines().toList();
    assertTrue(lines.get(1).matches("labelled regions +seeds +24 +48 +72 +96"), table);
    double[] entropy = Study.read(List.of(run)).series().get(2).values(96, row -> 100 * row.miou());
    String cell = Text.meanAndDeviation(entropy, 1).replace("±", "+-");
    assertTrue(lines.get(4).startsWith("entropy") && lines.get(4).endsWith(cell), table);
    assertTrue(lines.get(6).matches("entropy better than random: not shown \\(\\+\\d.*n = 2\\)"));
    assertTrue(lines.get(7).startsWith("entropy better than class-aware random: not shown"));
    Files.delete(run.resolve("results.csv"));
    assertTrue(ReportTable.text(List.of(run)).contains("no round has been evaluated yet"));
  }
}
