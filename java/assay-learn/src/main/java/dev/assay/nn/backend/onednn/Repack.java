package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;

import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/** Copies a parameter between its plain layout and the one a convolution prefers. */
final class Repack implements AutoCloseable {
  private final dnnl_stream stream;
  private final dnnl_primitive primitive;
  private final dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(2);

  Repack(
      Handles handles,
      dnnl_engine engine,
      dnnl_stream stream,
      dnnl_memory_desc from,
      dnnl_memory_desc to) {
    this.stream = stream;
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "weight reorder", dnnl_reorder_primitive_desc_create(pd, from, engine, to, engine, null));
    this.primitive = handles.primitive(handles.own(pd));
  }

  void bind(dnnl_memory from, dnnl_memory to) {
    arguments.position(0).arg(DNNL_ARG_FROM).memory(from);
    arguments.position(1).arg(DNNL_ARG_TO).memory(to);
    arguments.position(0);
  }

  void run() {
    Status.check("weight reorder", dnnl_primitive_execute(primitive, stream, 2, arguments));
  }

  @Override
  public void close() {
    arguments.close();
  }
}
