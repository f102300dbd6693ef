package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_nhwc;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scratchpad_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_next_impl;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_impl_info_str;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;
import static org.bytedeco.dnnl.global.dnnl.dnnl_u8;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Owner of the library objects of one operation; destroys them in reverse order. */
final class Handles implements AutoCloseable {
  private final dnnl_engine engine;
  private final Deque<Runnable> destroyers = new ArrayDeque<>();

  Handles(dnnl_engine engine) {
    this.engine = engine;
  }

  /** An empty owner on the same engine. */
  Handles another() {
    return new Handles(engine);
  }

  static int code(ElementType type) {
    return switch (type) {
      case F32 -> dnnl_f32;
      case BF16 -> dnnl_bf16;
      case U8 -> dnnl_u8;
    };
  }

  static long[] dims(Shape s) {
    return new long[] {s.n(), s.c(), s.h(), s.w()};
  }

  /** The dense NHWC layout of an activation. */
  dnnl_memory_desc nhwc(Tensor t) {
    return tagged(dims(t.shape()), t.type(), dnnl_nhwc);
  }

  dnnl_memory_desc tagged(long[] dims, ElementType type, int tag) {
    dnnl_memory_desc md = new dnnl_memory_desc();
    Status.check(
        "memory descriptor",
        dnnl_memory_desc_create_with_tag(md, dims.length, dims, code(type), tag));
    return own(md);
  }

  dnnl_memory_desc strided(long[] dims, ElementType type, long[] strides) {
    dnnl_memory_desc md = new dnnl_memory_desc();
    Status.check(
        "memory descriptor",
        dnnl_memory_desc_create_with_strides(md, dims.length, dims, code(type), strides));
    return own(md);
  }

  dnnl_memory_desc own(dnnl_memory_desc md) {
    destroyers.push(() -> dnnl_memory_desc_destroy(md));
    return md;
  }

  /**
   * Attributes whose scratch memory is the caller's, with the post-operations that {@code ops}
   * appends.
   */
  dnnl_primitive_attr attributes(Consumer<dnnl_post_ops> ops) {
    dnnl_primitive_attr attr = new dnnl_primitive_attr();
    Status.check("attributes", dnnl_primitive_attr_create(attr));
    destroyers.push(() -> dnnl_primitive_attr_destroy(attr));
    Status.check(
        "scratchpad mode",
        dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user));
    dnnl_post_ops post = new dnnl_post_ops();
    Status.check("post-operations", dnnl_post_ops_create(post));
    ops.accept(post);
    Status.check("post-operations", dnnl_primitive_attr_set_post_ops(attr, post));
    Status.check("post-operations", dnnl_post_ops_destroy(post));
    return attr;
  }

  dnnl_primitive_attr attributes() {
    return attributes(post -> {});
  }

  /** Takes ownership of a descriptor that a create call just filled. */
  dnnl_primitive_desc own(dnnl_primitive_desc pd) {
    destroyers.push(() -> dnnl_primitive_desc_destroy(pd));
    return pd;
  }

  /**
   * Moves a descriptor on to the first implementation whose name is wanted.
   *
   * @return whether there is one; if not, the descriptor is of no further use
   */
  static boolean select(dnnl_primitive_desc pd, Predicate<String> wanted) {
    try (PointerPointer<BytePointer> info = new PointerPointer<>(1)) {
      do {
        Status.check(
            "implementation", dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, info));
        if (wanted.test(info.get(BytePointer.class, 0).getString())) {
          return true;
        }
      } while (dnnl_primitive_desc_next_impl(pd) == 0);
      return false;
    }
  }

  dnnl_primitive primitive(dnnl_primitive_desc pd) {
    dnnl_primitive primitive = new dnnl_primitive();
    Status.check("primitive", dnnl_primitive_create(primitive, pd));
    destroyers.push(() -> dnnl_primitive_destroy(primitive));
    return primitive;
  }

  dnnl_memory memory(dnnl_memory_desc md, long address) {
    dnnl_memory memory = new dnnl_memory();
    Status.check("memory", dnnl_memory_create(memory, md, engine, new RawPointer(address)));
    destroyers.push(() -> dnnl_memory_destroy(memory));
    return memory;
  }

  static long bytes(dnnl_memory_desc md) {
    return md == null || md.isNull() ? 0 : dnnl_memory_desc_get_size(md);
  }

  @Override
  public void close() {
    while (!destroyers.isEmpty()) {
      destroyers.pop().run();
    }
  }

  /** An address as the library's pointer type. */
  private static final class RawPointer extends Pointer {
    RawPointer(long address) {
      this.address = address;
    }
  }
}
