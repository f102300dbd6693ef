package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import dev.assay.device.Exec;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.HostMemory;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.LstmWeights;
import dev.assay.nn.backend.Memory;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Tensor;
import java.util.function.LongSupplier;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.dnnl_version_t;

/**
 * oneDNN on the CPU. Activations are dense NHWC; the library chooses the layout of packed weights.
 * Results repeat bit for bit with the same number of threads ({@code OMP_NUM_THREADS}, read when
 * the process starts) on the same CPU.
 */
public final class OneDnnBackend implements Backend {
  private final Memory memory = new HostMemory();
  private final dnnl_engine engine = new dnnl_engine();
  private final dnnl_stream stream = new dnnl_stream();
  private final Convolutions convolutions;
  private final Normalisations normalisations;
  private final Pointwise pointwise;
  private final Poolings poolings;
  private final Recurrences recurrences;
  private final Exec exec = Exec.cpu(threads(System.getenv("OMP_NUM_THREADS")));
  private boolean open = true;

  /** Opens the CPU. */
  public OneDnnBackend() {
    Status.check("engine", dnnl_engine_create(engine, dnnl_cpu, 0));
    Status.check("stream", dnnl_stream_create(stream, engine, dnnl_stream_default_flags));
    convolutions = new Convolutions(engine, stream);
    pointwise = new Pointwise(engine, stream);
    normalisations = new Normalisations(engine, stream, pointwise);
    poolings = new Poolings(engine, stream);
    recurrences = new Recurrences(engine, stream);
  }

  /** As many threads as the library takes, or all of the machine's where it is not told. */
  private static int threads(String ompNumThreads) {
    return ompNumThreads != null && ompNumThreads.matches("[1-9][0-9]{0,2}")
        ? Integer.parseInt(ompNumThreads)
        : 0;
  }

  /** Declares the workspace that a forward primitive writes, or returns null if it has none. */
  static Tensor workspace(PrimitiveOperation op, dnnl_primitive_desc pd, String of) {
    dnnl_memory_desc md = dnnl_primitive_desc_query_md(pd, dnnl_query_workspace_md, 0);
    long bytes = Handles.bytes(md);
    if (bytes == 0) {
      return null;
    }
    Tensor workspace = Tensor.vector(of + " workspace", bytes, ElementType.U8);
    op.write(DNNL_ARG_WORKSPACE, workspace, md);
    return workspace;
  }

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public String version() {
    dnnl_version_t version = dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public void requireComputable(ElementType type) {
    int bf16 = dnnl_cpu_isa_avx512_core_bf16;
    if (type == ElementType.U8) {
      throw new UnsupportedOperationException("networks compute in F32 or BF16, not U8");
    }
    if (type == ElementType.BF16 && (dnnl_get_effective_cpu_isa() & bf16) != bf16) {
      throw new UnsupportedOperationException(
          "precision bf16 needs a CPU with avx512_bf16 or AMX; this one has neither: use f32");
    }
  }

  @Override
  public Operation convolution(
      ConvolutionSpec spec, Tensor x, Tensor w, Tensor bias, Tensor y, Epilogue epilogue) {
    return convolutions.forward(spec, x, w, bias, y, epilogue);
  }

  @Override
  public Operation convolutionBackwardData(ConvolutionSpec spec, Tensor dy, Tensor w, Tensor dx) {
    return convolutions.backwardData(spec, dy, w, dx);
  }

  @Override
  public Operation convolutionBackwardWeights(
      ConvolutionSpec spec, Tensor x, Tensor dy, Tensor dw, Tensor db) {
    return convolutions.backwardWeights(spec, x, dy, dw, db);
  }

  @Override
  public Forward batchNormTraining(
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor addend,
      Tensor y,
      boolean relu) {
    return normalisations.training(norm, x, mean, variance, addend, y, relu);
  }

  @Override
  public Operation batchNormBackward(
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor workspace,
      Tensor dy,
      Tensor dx,
      Tensor dAddend,
      Tensor dScale,
      Tensor dShift,
      boolean relu) {
    return normalisations.backward(
        norm, x, mean, variance, workspace, dy, dx, dAddend, dScale, dShift, relu);
  }

  @Override
  public Operation batchNormInference(Normalisation norm, Tensor x, Tensor y, boolean relu) {
    return normalisations.inference(norm, x, y, relu);
  }

  @Override
  public Operation foldNormalisation(
      Normalisation norm, Tensor w, Tensor bias, Tensor foldedW, Tensor foldedB) {
    return new FoldedNormalisation(exec, norm, w, bias, foldedW, foldedB);
  }

  @Override
  public Operation relu(Tensor x, Tensor y) {
    return pointwise.relu(x, y);
  }

  @Override
  public Operation reluBackward(Tensor y, Tensor dy, Tensor dx) {
    return pointwise.reluBackward(y, dy, dx);
  }

  @Override
  public Operation sigmoid(Tensor x, Tensor y) {
    return pointwise.sigmoid(x, y);
  }

  @Override
  public Operation sigmoidBackward(Tensor y, Tensor dy, Tensor dx) {
    return pointwise.sigmoidBackward(y, dy, dx);
  }

  @Override
  public Forward lstm(LstmSpec spec, Tensor x, LstmWeights w, Tensor y, boolean training) {
    return recurrences.lstm(spec, x, w, y, training);
  }

  @Override
  public Operation lstmBackward(
      LstmSpec spec,
      Tensor x,
      LstmWeights w,
      Tensor y,
      Tensor workspace,
      Tensor dy,
      Tensor dx,
      LstmWeights dw) {
    return recurrences.lstmBackward(spec, x, w, y, workspace, dy, dx, dw);
  }

  @Override
  public Operation add(Tensor a, Tensor b, Tensor y, boolean relu) {
    return pointwise.add(a, b, y, relu);
  }

  @Override
  public Operation multiply(Tensor a, Tensor b, Tensor y, float factor) {
    return pointwise.multiply(a, b, y, factor);
  }

  @Override
  public Forward pooling(PoolingSpec spec, Tensor x, Tensor y) {
    return poolings.forward(spec, x, y);
  }

  @Override
  public Operation poolingBackward(
      PoolingSpec spec, Tensor x, Tensor y, Tensor workspace, Tensor dy, Tensor dx) {
    return poolings.backward(spec, workspace, dy, dx);
  }

  @Override
  public Operation resize(Interpolation rule, Tensor x, Tensor y) {
    return Resizing.forward(exec, rule, x, y);
  }

  @Override
  public Operation resizeBackward(Interpolation rule, Tensor dy, Tensor dx) {
    return Resizing.backward(exec, rule, dy, dx);
  }

  @Override
  public Operation copyIntoChannels(Tensor x, Tensor y, int channel) {
    return pointwise.copyIntoChannels(x, y, channel);
  }

  @Override
  public Operation copyFromChannels(Tensor x, int channel, Tensor y) {
    return pointwise.copyFromChannels(x, channel, y);
  }

  @Override
  public Operation reshape(Tensor x, Tensor y) {
    return new Reshape(x, y);
  }

  @Override
  public Operation cast(Tensor x, Tensor y) {
    return pointwise.cast(x, y);
  }

  @Override
  public Operation dropoutMask(Tensor mask, float rate, LongSupplier key) {
    return new DropoutMasking(exec, mask, rate, key);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      Status.check("stream", dnnl_stream_destroy(stream));
      Status.check("engine", dnnl_engine_destroy(engine));
    }
  }
}
