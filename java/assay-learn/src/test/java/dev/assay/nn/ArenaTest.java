package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.HostMemory;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class ArenaTest {
  /** Checks that what it reads is intact, then marks every byte that it writes. */
  private record Marker(int mark, List<Tensor> reads, List<Integer> marks, Tensor write)
      implements Operation {
    @Override
    public String name() {
      return "marker " + mark;
    }

    @Override
    public List<Tensor> writes() {
      return List.of(write);
    }

    @Override
    public void run() {
      for (int i = 0; i < reads.size(); i++) {
        Tensor t = reads.get(i);
        for (long b = 0; b < t.bytes(); b++) {
          int found = UnsafeApi.getByte(t.address() + b);
          assertEquals(marks.get(i).byteValue(), (byte) found, name() + " reads " + t);
        }
      }
      UnsafeApi.setMemory(write.address(), write.bytes(), (byte) mark);
    }
  }

  @Test
  void livingTensorsNeverOverlap() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<Tensor> tensors = new ArrayList<>();
      List<Operation> operations = new ArrayList<>();
      long total = 0;
      for (int i = 0; i < 60; i++) {
        List<Tensor> reads = new ArrayList<>();
        List<Integer> marks = new ArrayList<>();
        for (int r = 0; i > 0 && r < 2; r++) {
          int from =
              random.nextInt(10) == 0 ? random.nextInt(i) : Math.max(0, i - 1 - random.nextInt(3));
          reads.add(tensors.get(from));
          marks.add(from + 1);
        }
        Tensor fresh = Tensor.vector("t" + i, 1 + random.nextInt(3000), ElementType.U8);
        total += fresh.bytes();
        tensors.add(fresh);
        operations.add(new Marker(i + 1, reads, marks, fresh));
      }
      try (Arena arena =
          new Arena(new HostMemory(), operations, List.of(), List.of(tensors.get(0)))) {
        operations.forEach(Operation::run);
        assertTrue(arena.bytes() < total / 2, arena.bytes() + " of " + total);
        assertEquals(1, UnsafeApi.getByte(tensors.get(0).address()), "a pinned tensor was reused");
      }
    }
  }
}
