package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EmbedTest {
  private static final Path ROOT = Path.of(System.getProperty("assay.root"));

  @Test
  void sureRegionsScoreZeroAndUnsureOnesTheLogarithmOfTheClasses() {
    ByteBuffer logits =
        ByteBuffer.allocateDirect(19 * 256 * 512 * 4).order(ByteOrder.nativeOrder());
    for (int i = 0; i < 256 * 512; i++) {
      logits.putFloat(i * 4, i % 512 < 256 ? 100 : 0);
    }
    float[] entropy = Embed.score(logits);
    assertEquals(8, entropy.length);
    for (int i = 0; i < 8; i++) {
      assertEquals(i < 4 ? 0 : Math.log(19), entropy[i], 1e-6, "region " + i);
    }
  }

  @Test
  void theReadmeShowsTheVeryLinesInFewerThanTwenty() throws IOException {
    String source =
        Files.readString(ROOT.resolve("java/examples/embed/src/main/java/example/Embed.java"));
    int from = source.indexOf("  static float[] score(");
    String method =
        source.substring(from, source.indexOf("\n  }\n", from) + 4).stripIndent() + "\n";
    assertTrue(method.lines().count() < 20, method);
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertTrue(readme.contains("```java\n" + method + "```"), "README.md must show\n" + method);
  }
}
