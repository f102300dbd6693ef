package dev.assay.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** The picked regions drawn on the images, strategies side by side. */
final class PictureSection {
  private static final int MAX_IMAGES = 6;
  private static final int MAX_LEGEND = 8;
  private static final int MAX_WIDTH = 640;
  private static final long MAX_BYTES = 4L << 20;
  private static final float JPEG_QUALITY = 0.8f;

  private final Study study;
  private final PictureSource source;
  private final List<String> problems = new ArrayList<>();
  private final int lastRound;
  private long bytes;
  private int drawn;

  private PictureSection(Study study, PictureSource source) {
    this.study = study;
    this.source = source;
    this.lastRound =
        study.series().stream()
            .flatMap(series -> series.selections().stream())
            .mapToInt(Run.Selection::round)
            .max()
            .orElse(0);
  }

  static String render(Study study, PictureSource sourceOrNull) {
    return new PictureSection(study, sourceOrNull).render();
  }

  /** One strategy's picks of its first seed, by image. */
  private record Picked(
      Series series, int style, long seed, Map<String, List<RoundPick>> byImage) {}

  private record RoundPick(int round, Run.Pick pick) {}

  private String render() {
    StringBuilder out = new StringBuilder("<section id=\"pictures\"><h2>Where they looked</h2>\n");
    List<Picked> all = collect();
    List<String> images = choose(all);
    if (images.isEmpty()) {
      return out.append("<p class=\"hint\">No region has been picked yet.</p></section>\n")
          .toString();
    }
    if (source == null) {
      return out.append(
              "<p class=\"hint\">No pictures: the data set was not at hand when this report was"
                  + " written. <code>java/assay report</code> with the data set in place adds"
                  + " them.</p></section>\n")
          .toString();
    }
    StringBuilder figures = new StringBuilder();
    TreeSet<Integer> rounds = new TreeSet<>();
    for (String image : images) {
      figure(image, all, figures, rounds);
    }
    if (drawn > 0) {
      out.append(legend(rounds)).append(figures);
      out.append(
          "<p class=\"hint\">First seed of each strategy. The images are those in which the"
              + " strategies picked most, taken in turns; every strategy is shown on each of them,"
              + " so an image without outlines is one that the strategy passed over. The number in"
              + " a region is the round in which it was picked. (The form of RALIS, Figure D.1.)</p>\n");
    }
    for (String problem : problems) {
      out.append("<p class=\"hint\">%s</p>\n".formatted(Text.escape(problem)));
    }
    return out.append("</section>\n").toString();
  }

  private List<Picked> collect() {
    List<Picked> all = new ArrayList<>();
    for (Series series : study.series()) {
      long seed = series.selections().stream().mapToLong(Run.Selection::seed).min().orElse(-1);
      Map<String, List<RoundPick>> byImage = new TreeMap<>();
      for (Run.Selection selection : series.selections()) {
        if (selection.seed() == seed) {
          for (Run.Pick pick : selection.picks()) {
            byImage
                .computeIfAbsent(pick.image(), image -> new ArrayList<>())
                .add(new RoundPick(selection.round(), pick));
          }
        }
      }
      all.add(new Picked(series, Look.style(study, series), seed, byImage));
    }
    return all;
  }

  /** In turns, each strategy's images with the most picks after round 0, until there are enough. */
  private static List<String> choose(List<Picked> all) {
    List<List<String>> rankings = new ArrayList<>();
    for (Picked picked : all) {
      Map<String, Long> counts = new LinkedHashMap<>();
      picked.byImage().forEach((image, picks) -> counts.put(image, own(picks)));
      rankings.add(
          counts.entrySet().stream()
              .filter(entry -> entry.getValue() > 0)
              .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
              .map(Map.Entry::getKey)
              .toList());
    }
    Set<String> chosen = new LinkedHashSet<>();
    int longest = rankings.stream().mapToInt(List::size).max().orElse(0);
    for (int rank = 0; rank < longest; rank++) {
      for (List<String> ranking : rankings) {
        if (rank < ranking.size() && chosen.size() < MAX_IMAGES) {
          chosen.add(ranking.get(rank));
        }
      }
    }
    return chosen.stream()
        .sorted(Comparator.comparingLong((String image) -> -total(all, image)))
        .toList();
  }

  private static long total(List<Picked> all, String image) {
    return all.stream().mapToLong(p -> own(p.byImage().getOrDefault(image, List.of()))).sum();
  }

  private static long own(List<RoundPick> picks) {
    return picks.stream().filter(pick -> pick.round() > 0).count();
  }

  private void figure(
      String image, List<Picked> all, StringBuilder out, NavigableSet<Integer> rounds) {
    BufferedImage picture;
    String data;
    try {
      picture = source.image(image);
      if (picture == null) {
        problems.add("The data set has no image " + image + ", so it is not shown.");
        return;
      }
      data = jpeg(picture);
    } catch (IOException e) {
      problems.add("Image " + image + " cannot be read: " + e.getMessage());
      return;
    }
    if (bytes + data.length() > MAX_BYTES) {
      problems.add(
          "Image "
              + image
              + " is left out to keep this page under "
              + (MAX_BYTES >> 20)
              + " MiB of pictures.");
      return;
    }
    bytes += data.length();
    String id = "image" + drawn++;
    out.append(
        "<figure class=\"pictures\"><svg width=\"0\" height=\"0\" class=\"store\" aria-hidden=\"true\"><defs><image id=\"%s\" width=\"%d\" height=\"%d\" href=\"data:image/jpeg;base64,%s\"/></defs></svg>\n<figcaption>image <b>%s</b></figcaption><div class=\"side\">\n"
            .formatted(id, picture.getWidth(), picture.getHeight(), data, Text.escape(image)));
    for (Picked picked : all) {
      out.append(panel(id, image, picture, picked, rounds));
    }
    out.append("</div></figure>\n");
  }

  private String panel(
      String id, String image, BufferedImage picture, Picked picked, NavigableSet<Integer> rounds) {
    List<RoundPick> picks = picked.byImage().getOrDefault(image, List.of());
    double width = picture.getWidth();
    long own = own(picks);
    String name = picked.series().label();
    Svg svg =
        new Svg(
            id + "-" + picked.style() + "-" + Integer.toHexString(name.hashCode()),
            "picture",
            width,
            picture.getHeight(),
            "Picks of %s in %s".formatted(name, image),
            "%d regions picked by the strategy, %d in the shared round 0."
                .formatted(own, picks.size() - own));
    svg.use(id);
    double stroke = width / 150;
    for (RoundPick roundPick : picks) {
      rounds.add(roundPick.round());
      outline(svg, roundPick, stroke, width / 26);
    }
    return "<div><p class=\"panel\">%s%s <span>%d picked</span></p>%s</div>\n"
        .formatted(Look.swatch(picked.style()), Text.escape(name), own, svg.end());
  }

  private void outline(Svg svg, RoundPick roundPick, double stroke, double font) {
    Run.Pick pick = roundPick.pick();
    int round = roundPick.round();
    double inset = stroke * 0.9;
    double x = pick.x() + inset;
    double y = pick.y() + inset;
    double w = pick.width() - 2 * inset;
    double h = pick.height() - 2 * inset;
    String colour = Look.roundColour(round, lastRound);
    String dash = round == 0 ? " stroke-dasharray=\"%s\"".formatted(Svg.n(stroke * 3)) : "";
    svg.rect(
        x,
        y,
        w,
        h,
        "fill=\"none\" stroke=\"#000\" stroke-opacity=\"0.75\" stroke-width=\"%s\""
            .formatted(Svg.n(stroke * 1.8)));
    svg.rect(
        x,
        y,
        w,
        h,
        "fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s".formatted(colour, Svg.n(stroke), dash),
        "round " + round);
    String label = String.valueOf(round);
    double box = font * (0.45 + 0.6 * label.length());
    svg.rect(x, y, box, font * 1.15, "fill=\"%s\"".formatted(colour))
        .text(
            x + box / 2,
            y + font * 0.95,
            "middle",
            "font-size=\"%s\" font-weight=\"700\" fill=\"%s\""
                .formatted(Svg.n(font), Look.readableOn(Integer.parseInt(colour.substring(1), 16))),
            label);
  }

  /** The rounds that were drawn, or some of them when there are many. */
  private String legend(NavigableSet<Integer> drawnRounds) {
    List<Long> rounds =
        Study.thin(drawnRounds.stream().map(Integer::longValue).toList(), MAX_LEGEND);
    StringBuilder out = new StringBuilder("<ul class=\"legend\">");
    for (long value : rounds) {
      int round = Math.toIntExact(value);
      String colour = Look.roundColour(round, lastRound);
      out.append(
          "<li><span class=\"round\" style=\"background:%s;color:%s\">%d</span>%s</li>"
              .formatted(
                  colour,
                  Look.readableOn(Integer.parseInt(colour.substring(1), 16)),
                  round,
                  round == 0 ? "initial regions (shared, dashed)" : "round " + round));
    }
    return out.append("</ul>\n").toString();
  }

  /** Base64 of the picture as a JPEG of at most {@link #MAX_WIDTH} pixels across. */
  private static String jpeg(BufferedImage picture) throws IOException {
    double scale = Math.min(1, (double) MAX_WIDTH / picture.getWidth());
    int width = Math.max(1, (int) Math.round(picture.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(picture.getHeight() * scale));
    BufferedImage rgb = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = rgb.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(JPEG_QUALITY);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(rgb, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return Base64.getEncoder().encodeToString(out.toByteArray());
  }
}
