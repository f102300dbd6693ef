package dev.assay.rl;

import dev.assay.model.QueryConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of a replay file: a header, then a ring of slots, one per step, little-endian.
 *
 * <pre>
 * header    "ASSAYRB\n", u32 version, u32 S, u32 F, u32 similarities, u32 pools K, u32 candidates N,
 *           u32 slots, u32 CRC-32C of the 36 bytes before; padded to 4096
 * slot      i = step mod slots, at 4096 + i * slot bytes, a multiple of 4096:
 *   stamp     u64 step + 1, u32 CRC-32C of the contents, u32 CRC-32C of the 12 bytes before
 *   decision  at 64: u64 step + 1, u32 1 if the step ends its episode, i32 actions [K],
 *             f32 rewards [K], u32 CRC-32C of the decision before
 *   contents  at a multiple of 64: f32 state [S, F], f32 pools [K, N, F + similarities]
 * </pre>
 *
 * <p>Values are fp32 as the network sees them: pixel counts reach 16 384 and empty classes count
 * 1e-7, and fp16 keeps neither.
 */
final class ReplayFormat {
  static final int HEADER_BYTES = 4096;
  static final int STAMP_BYTES = 16;
  static final int DECISION_AT = 64;
  private static final int VERSION = 1;
  private static final int CHECKED_BYTES = 36;
  private static final int LINE = 64;
  private static final int PAGE = 4096;
  private static final byte[] MAGIC = "ASSAYRB\n".getBytes(StandardCharsets.US_ASCII);

  private ReplayFormat() {}

  /** Completed steps, the one that is open, and those that can be taken back. */
  static int slots(ReplayConfig c) {
    return c.steps() + 1 + c.undo();
  }

  static int decisionBytes(int pools) {
    return 16 + 8 * pools;
  }

  static long contentsAt(int pools) {
    return round(DECISION_AT + decisionBytes(pools), LINE);
  }

  static long stateBytes(QueryConfig network) {
    return network.stateValues() * Float.BYTES;
  }

  static long poolBytes(QueryConfig network, int candidates) {
    return network.actionValues(candidates) * Float.BYTES;
  }

  /** Size of a slot. */
  static long stepBytes(QueryConfig network, int pools, int candidates) {
    long contents = stateBytes(network) + pools * poolBytes(network, candidates);
    return round(contentsAt(pools) + contents, PAGE);
  }

  private static long round(long bytes, long unit) {
    return (bytes + unit - 1) / unit * unit;
  }

  static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static int crc(ByteBuffer bytes, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(0).limit(count));
    return (int) crc.getValue();
  }

  static ByteBuffer header(ReplayConfig c) {
    ByteBuffer header = allocate(HEADER_BYTES);
    header.put(MAGIC).putInt(VERSION);
    header.putInt(c.network().stateRegions());
    header.putInt(c.network().features());
    header.putInt(c.network().similarities());
    header.putInt(c.pools()).putInt(c.candidates()).putInt(slots(c));
    header.putInt(crc(header, CHECKED_BYTES));
    return header.position(0);
  }

  /** Checks that a file was made with {@code c}. */
  static void requireHeader(Path file, ByteBuffer found, ReplayConfig c) throws IOException {
    byte[] magic = new byte[MAGIC.length];
    found.get(0, magic);
    if (!Arrays.equals(magic, MAGIC) || found.getInt(CHECKED_BYTES) != crc(found, CHECKED_BYTES)) {
      throw new IOException(file + ": has no intact header of a replay file");
    }
    String[] names = {
      "version", "state regions", "features", "similarities", "pools", "candidates", "slots"
    };
    ByteBuffer expected = header(c);
    for (int i = 0; i < names.length; i++) {
      int at = MAGIC.length + i * Integer.BYTES;
      if (found.getInt(at) != expected.getInt(at)) {
        throw new IOException(
            file
                + ": "
                + names[i]
                + " is "
                + found.getInt(at)
                + ", expected "
                + expected.getInt(at));
      }
    }
  }

  static ByteBuffer stamp(long step, int contentsCrc) {
    ByteBuffer stamp = allocate(STAMP_BYTES).putLong(step + 1).putInt(contentsCrc);
    return stamp.putInt(crc(stamp, 12)).position(0);
  }

  static ByteBuffer decision(long step, int[] actions, float[] rewards, boolean terminal) {
    int bytes = decisionBytes(actions.length);
    ByteBuffer decision = allocate(bytes).putLong(step + 1).putInt(terminal ? 1 : 0);
    for (int action : actions) {
      decision.putInt(action);
    }
    for (float reward : rewards) {
      decision.putFloat(reward);
    }
    return decision.putInt(crc(decision, bytes - 4)).position(0);
  }
}
