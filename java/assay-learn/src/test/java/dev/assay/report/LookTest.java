package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LookTest {
  private static final Pattern CELL =
      Pattern.compile("background:#([0-9a-f]{6});color:#([0-9a-f]{6})");

  @Test
  void heatCellsAreReadable() {
    for (int i = 0; i <= 100; i++) {
      assertReadable(Look.heat(i / 100.0));
      assertReadable(Look.diverging(i / 50.0 - 1));
    }
    assertEquals(21, Look.contrast(0, 0xffffff), 1e-9);
  }

  private static void assertReadable(String style) {
    Matcher cell = CELL.matcher(style);
    assertTrue(cell.matches(), style);
    double contrast = Look.contrast(rgb(cell.group(1)), rgb(cell.group(2)));
    assertTrue(contrast >= 4.5, style + " has contrast " + contrast);
  }

  /** Text 4.5:1, lines 3:1 (WCAG 2 AA) against the background, in both colour schemes. */
  @Test
  void paletteStandsOutInLightAndDark() throws IOException {
    String css;
    try (InputStream in = ReportWriter.class.getResourceAsStream("report.css")) {
      css = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int dark = css.indexOf("prefers-color-scheme: dark");
    for (String scheme : List.of(css.substring(0, dark), css.substring(dark))) {
      Map<String, Integer> colours = new HashMap<>();
      Matcher matcher = Pattern.compile("--([a-z0-9-]+): #([0-9a-f]{6});").matcher(scheme);
      while (matcher.find()) {
        colours.putIfAbsent(matcher.group(1), rgb(matcher.group(2)));
      }
      int background = colours.get("bg");
      for (String text : List.of("fg", "muted", "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7")) {
        double contrast = Look.contrast(colours.get(text), background);
        assertTrue(contrast >= 4.5, text + " has contrast " + contrast);
      }
      for (String pill : List.of("yes", "no", "open")) {
        assertTrue(Look.contrast(colours.get(pill), colours.get(pill + "-bg")) >= 4.5, pill);
      }
    }
  }

  private static int rgb(String hex) {
    return Integer.parseInt(hex, 16);
  }

  @Test
  void coloursFromRunsAreChecked() {
    assertEquals("#12aBcd", Look.safeColour("#12aBcd"));
    assertEquals("#888888", Look.safeColour("red;background:url(x)"));
  }

  @Test
  void axesHaveRoundTicksThatCoverTheData() {
    Axis axis = Axis.covering(41.3, 58.9, 100, 0, 5);
    assertEquals(5, axis.step());
    assertEquals(40, axis.low());
    assertEquals(60, axis.high());
    assertEquals(100, axis.place(40), 1e-12);
    assertEquals(5, axis.ticks().size());
    Axis flat = Axis.covering(50, 50, 0, 1, 5);
    assertTrue(flat.low() < 50 && flat.high() > 50);
    assertEquals(0.05, Axis.roundStep(0.03), 1e-15);
    assertEquals(2, Axis.covering(0, 0.12, 0, 1, 8).digits());
  }

  @Test
  void textFormats() {
    assertEquals(
        "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\uFFFD", Text.escape("<a href=\"x\">&'\u0001"));
    assertEquals("−1.5", Text.signed(-1.5, 1));
    assertEquals("+1.5", Text.signed(1.5, 1));
    assertEquals("0.0", Text.fixed(-0.01, 1));
    assertEquals(Text.NONE, Text.fixed(Double.NaN, 1));
    assertEquals("2.0 ± 1.4", Text.meanAndDeviation(new double[] {1, 3}, 1));
    assertEquals("12.0", Text.meanAndDeviation(new double[] {12}, 1));
    assertEquals("3 min 20 s", Text.duration(200));
    assertEquals("2 h 05 min", Text.duration(7500));
    assertEquals("abc…", Text.shorten("abcdefgh", 4));
    assertEquals("'it'\\''s'", CostSection.quote("it's"));
  }
}
