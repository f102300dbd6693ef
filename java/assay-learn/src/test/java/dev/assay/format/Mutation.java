package dev.assay.format;

import java.util.Arrays;
import java.util.SplittableRandom;

/** One seeded way to spoil a file: flipped, overwritten, cut, repeated, grown or swapped bytes. */
final class Mutation {
  /** Values that lengths, counts and offsets go wrong with. */
  private static final long[] EDGES = {
    0,
    1,
    2,
    7,
    127,
    128,
    255,
    256,
    0x7fff,
    0x8000,
    0xffff,
    0x7fff_ffffL,
    0x8000_0000L,
    0xffff_fffeL,
    0xffff_ffffL,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1
  };

  private static final String[] WORDS = {
    "0",
    "1",
    "3",
    "-1",
    "99999999999999999999",
    "4611686018427387904",
    "65536",
    "1e9",
    "True",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    "\"",
    "<f8",
    ">f4",
    "|V2",
    "F64",
    "BF16",
    "..",
    "/",
    "../../x",
    "\0",
    "null",
    "0.5"
  };

  private Mutation() {}

  /** Spoils {@code file} in one to four places; most of them where its structure is. */
  static byte[] apply(byte[] file, SplittableRandom random) {
    byte[] bytes = file.clone();
    int rounds = 1 + random.nextInt(4);
    for (int i = 0; i < rounds && bytes.length > 0; i++) {
      bytes = once(bytes, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, SplittableRandom random) {
    int at = place(bytes.length, random);
    return switch (random.nextInt(8)) {
      case 0 -> flip(bytes, at, random);
      case 1 -> put(bytes, at, random.nextInt(256), 1);
      case 2 -> put(bytes, at, EDGES[random.nextInt(EDGES.length)], 2 << random.nextInt(3));
      case 3 -> word(bytes, at, random);
      case 4 -> Arrays.copyOf(bytes, at);
      case 5 -> splice(bytes, at, Math.min(bytes.length, at + random.nextInt(64)), new byte[0]);
      case 6 -> repeat(bytes, at, random);
      default -> digit(bytes, at, random);
    };
  }

  /** Headers lie at the start, a zip's directory at the end. */
  private static int place(int length, SplittableRandom random) {
    int near = random.nextInt(Math.min(length, 200));
    return switch (random.nextInt(5)) {
      case 0, 1 -> near;
      case 2, 3 -> length - 1 - near;
      default -> random.nextInt(length);
    };
  }

  private static byte[] flip(byte[] bytes, int at, SplittableRandom random) {
    bytes[at] = (byte) (bytes[at] ^ (1 << random.nextInt(8)));
    return bytes;
  }

  private static byte[] put(byte[] bytes, int at, long value, int width) {
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  private static byte[] word(byte[] bytes, int at, SplittableRandom random) {
    String word = WORDS[random.nextInt(WORDS.length)];
    byte[] text = new byte[word.length()];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) word.charAt(i);
    }
    boolean insert = random.nextInt(2) == 0;
    return splice(bytes, at, insert ? at : Math.min(bytes.length, at + text.length), text);
  }

  private static byte[] repeat(byte[] bytes, int at, SplittableRandom random) {
    int length = 1 + random.nextInt(Math.min(64, bytes.length - at));
    return splice(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
  }

  /** Changes the next digit, so that sizes and shapes disagree while the syntax stays whole. */
  private static byte[] digit(byte[] bytes, int at, SplittableRandom random) {
    for (int i = at; i < bytes.length; i++) {
      if (bytes[i] >= '0' && bytes[i] <= '9') {
        bytes[i] = (byte) ('0' + random.nextInt(10));
        break;
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] between) {
    byte[] result = new byte[from + between.length + bytes.length - to];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(between, 0, result, from, between.length);
    System.arraycopy(bytes, to, result, from + between.length, bytes.length - to);
    return result;
  }
}
