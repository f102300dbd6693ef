package dev.assay.cli.score;

import dev.assay.cli.UsageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A region's size as the command line gives it: WxH in pixels. */
public record RegionSize(int width, int height) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})x(\\d{1,9})");

  /** Reads WxH. */
  public static RegionSize parse(String option, String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(option + ": found " + text + ", expected WxH, for example 128x128");
    }
    return new RegionSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** How many regions tile an image. */
  public long in(int imageWidth, int imageHeight) {
    return (long) (imageWidth / width) * (imageHeight / height);
  }
}
