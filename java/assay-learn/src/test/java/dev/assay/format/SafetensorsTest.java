package dev.assay.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.HostBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  private Path file(String header, byte... data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(8 + json.length + data.length);
    all.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data);
    return Files.write(folder.resolve("weights.safetensors"), all.array());
  }

  @Test
  void roundTrip() throws IOException {
    Path file = folder.resolve("a.safetensors");
    try (HostBuffer values = HostBuffer.floats("values", 600_000)) {
      for (int i = 0; i < 600_000; i++) {
        values.putFloat(i, i * 0.5f);
      }
      new SafetensorsWriter()
          .add("one.weight", values.address(), 2, 3)
          .add("big", values.address(), 300_000, 2)
          .add("scalar", values.floatAddress(7))
          .note("who", "tést \"quoted\"")
          .write(file);
    }
    try (Safetensors in = Safetensors.open(file)) {
      assertEquals(List.of("one.weight", "big", "scalar"), in.names());
      assertEquals(Map.of("who", "tést \"quoted\""), in.metadata());
      assertArrayEquals(new long[] {2, 3}, in.shape("one.weight"));
      assertArrayEquals(new float[] {0, 0.5f, 1, 1.5f, 2, 2.5f}, in.floats("one.weight"));
      assertEquals(299_999.5f, in.floats("big")[599_999]);
      assertArrayEquals(new float[] {3.5f}, in.floats("scalar"));
      assertThrows(IOException.class, () -> in.floats("absent"));
    }
    try (var left = Files.list(folder)) {
      assertEquals(1, left.count(), "the temporary file is gone");
    }
  }

  /** In pieces that are no multiple of the array, as memory that has no address here is filled. */
  @Test
  void readsAndWritesPieceByPiece() throws IOException {
    Path file = folder.resolve("pieces.safetensors");
    int count = 140_001;
    try (HostBuffer values = HostBuffer.floats("values", count);
        HostBuffer read = HostBuffer.floats("read", count)) {
      for (int i = 0; i < count; i++) {
        values.putFloat(i, (float) Math.sin(i));
      }
      new SafetensorsWriter()
          .add(
              "a",
              (offset, bytes, to) -> UnsafeApi.copyMemory(values.address() + offset, to, bytes),
              count)
          .write(file);
      List<Long> pieces = new ArrayList<>();
      try (Safetensors in = Safetensors.open(file)) {
        in.readInto(
            "a",
            (from, offset, bytes) -> {
              pieces.add(bytes);
              UnsafeApi.copyMemory(from, read.address() + offset, bytes);
            });
      }
      for (int i = 0; i < count; i++) {
        assertEquals(values.getFloat(i), read.getFloat(i));
      }
      assertEquals(4L * count, pieces.stream().mapToLong(b -> b).sum());
      assertTrue(pieces.size() > 1, "one piece");
    }
  }

  @Test
  void failedWriteLeavesTheOldFile() throws IOException {
    Path target = folder.resolve("taken");
    Files.createDirectory(target);
    Files.createFile(target.resolve("occupied"));
    SafetensorsWriter writer = new SafetensorsWriter().note("a", "b");
    assertThrows(IOException.class, () -> writer.write(target));
    assertTrue(Files.exists(target.resolve("occupied")));
    try (var left = Files.list(folder)) {
      assertEquals(1, left.count(), "the temporary file is gone");
    }
  }

  @Test
  void widensOtherFloats() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    for (int half : new int[] {0x3C00, 0xC000, 0x0001, 0x7BFF, 0xFC00}) {
      data.putShort((short) half);
    }
    data.putShort((short) 0x3F80).putShort((short) 0xC049);
    data.putDouble(0.1).putDouble(-3);
    String header =
        "{'h':{'dtype':'F16','shape':[5],'data_offsets':[0,10]},"
            + "'b':{'dtype':'BF16','shape':[2],'data_offsets':[10,14]},"
            + "'d':{'dtype':'F64','shape':[2],'data_offsets':[14,30]}}";
    try (Safetensors in = Safetensors.open(file(header.replace('\'', '"'), data.array()))) {
      assertArrayEquals(
          new float[] {1, -2, 0x1.0p-24f, 65504, Float.NEGATIVE_INFINITY}, in.floats("h"));
      assertArrayEquals(new float[] {1, -3.140625f}, in.floats("b"));
      assertArrayEquals(new float[] {0.1f, -3}, in.floats("d"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]|must be a JSON object",
        "{'a':|not JSON",
        "{} x|not JSON",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|not JSON",
        "{'a':{'dtype':'Q4','shape':[1],'data_offsets':[0,8]}}|a.dtype",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}|needs 12",
        "{'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}|truncated",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|its arrays end at 4",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,8]}}|a.shape[0]=-1",
        "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,8]}}|a.shape[0]=1.5",
        "{'a':{'dtype':'F32','shape':[4611686018427387904],'data_offsets':[0,8]}}|fewer than 2^63",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}|array of 2",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|hole",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
            + "'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|overlapping",
        "{'__metadata__':{'a':1},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|string",
      })
  void refusesBadHeaders(String header, String message) throws IOException {
    Path file = file(header.replace('\'', '"'), new byte[8]);
    IOException e = assertThrows(IOException.class, () -> Safetensors.open(file).close());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }

  @Test
  void refusesBadLengths() throws IOException {
    Path shortFile = Files.write(folder.resolve("s"), new byte[5]);
    assertThrows(IOException.class, () -> Safetensors.open(shortFile).close());
    for (long length : new long[] {0, -1, 9, 100_000_001, Long.MAX_VALUE}) {
      ByteBuffer all = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Path file = Files.write(folder.resolve("l"), all.array());
      IOException e = assertThrows(IOException.class, () -> Safetensors.open(file).close());
      assertTrue(e.getMessage().contains("header length"), e.getMessage());
    }
  }

  @Test
  void refusesToReadIntegersAsFloats() throws IOException {
    String header = "{\"i\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}";
    try (Safetensors in = Safetensors.open(file(header, new byte[8]))) {
      IOException e = assertThrows(IOException.class, () -> in.floats("i"));
      assertTrue(e.getMessage().contains("I64"), e.getMessage());
    }
  }
}
