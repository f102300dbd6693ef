package dev.assay.nn.backend.cudnn;

import dev.assay.device.CudaDevice;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.kernel.ElementFunction;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.CudaOptions;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.LstmWeights;
import dev.assay.nn.backend.Memory;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Program;
import dev.assay.nn.backend.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * cuDNN and our own kernels on a stream of one GPU. Activations are dense NHWC in fp32 or bf16;
 * sums are fp32. In the deterministic mode results repeat bit for bit on the same kind of GPU with
 * the same version of cuDNN.
 */
public final class CudnnBackend implements Backend {
  private static final int BF16_CAPABILITY = 80;

  private final CudnnContext cudnn;
  private final Normalisations normalisations;

  /**
   * A back end with a stream of its own.
   *
   * @param device outlives the back end
   * @throws NoSuchDeviceException if cuDNN cannot be used, with the reason
   */
  public CudnnBackend(CudaDevice device, CudaOptions options) {
    String reason = CudnnLibrary.whyNot();
    if (reason != null) {
      throw new NoSuchDeviceException(device + ": " + reason);
    }
    this.cudnn = new CudnnContext(device, options);
    this.normalisations = new Normalisations(cudnn);
  }

  @Override
  public String name() {
    return "cudnn";
  }

  @Override
  public String version() {
    return CudnnLibrary.version();
  }

  @Override
  public Map<String, String> fusions() {
    return cudnn.plans().report();
  }

  @Override
  public Memory memory() {
    return cudnn.memory();
  }

  @Override
  public void requireComputable(ElementType type) {
    if (type == ElementType.U8) {
      throw new UnsupportedOperationException("networks compute in F32 or BF16, not U8");
    }
    int capability = cudnn.device().computeCapability();
    if (type == ElementType.BF16 && capability < BF16_CAPABILITY) {
      throw new UnsupportedOperationException(
          "precision bf16 needs compute capability 8.0; "
              + cudnn.device()
              + " has "
              + capability / 10.0
              + ": use f32");
    }
  }

  @Override
  public Operation convolution(
      ConvolutionSpec spec, Tensor x, Tensor w, Tensor bias, Tensor y, Epilogue epilogue) {
    return cudnn.device().call(() -> new ConvolutionForward(cudnn, spec, x, w, bias, y, epilogue));
  }

  @Override
  public Operation convolutionBackwardData(ConvolutionSpec spec, Tensor dy, Tensor w, Tensor dx) {
    return cudnn.device().call(() -> new ConvolutionBackwardData(cudnn, spec, dy, w, dx));
  }

  @Override
  public Operation convolutionBackwardWeights(
      ConvolutionSpec spec, Tensor x, Tensor dy, Tensor dw, Tensor db) {
    return cudnn.device().call(() -> new ConvolutionBackwardWeights(cudnn, spec, x, dy, dw, db));
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
    return cudnn
        .device()
        .call(() -> normalisations.training(norm, x, mean, variance, addend, y, relu));
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
    return cudnn
        .device()
        .call(
            () ->
                normalisations.backward(
                    norm, x, mean, variance, workspace, dy, dx, dAddend, dScale, dShift, relu));
  }

  @Override
  public Operation batchNormInference(Normalisation norm, Tensor x, Tensor y, boolean relu) {
    return new BatchNormInference(cudnn, norm, x, y, relu);
  }

  @Override
  public Operation foldNormalisation(
      Normalisation norm, Tensor w, Tensor bias, Tensor foldedW, Tensor foldedB) {
    return new FoldedNormalisation(cudnn, norm, w, bias, foldedW, foldedB);
  }

  @Override
  public Operation relu(Tensor x, Tensor y) {
    return new Pointwise(cudnn, ElementFunction.RELU, x, null, y, 1);
  }

  @Override
  public Operation reluBackward(Tensor y, Tensor dy, Tensor dx) {
    return new Pointwise(cudnn, ElementFunction.RELU_BACKWARD, y, dy, dx, 1);
  }

  @Override
  public Operation sigmoid(Tensor x, Tensor y) {
    return new Pointwise(cudnn, ElementFunction.SIGMOID, x, null, y, 1);
  }

  @Override
  public Operation sigmoidBackward(Tensor y, Tensor dy, Tensor dx) {
    return new Pointwise(cudnn, ElementFunction.SIGMOID_BACKWARD, y, dy, dx, 1);
  }

  @Override
  public Forward lstm(LstmSpec spec, Tensor x, LstmWeights w, Tensor y, boolean training) {
    LstmForward operation =
        cudnn.device().call(() -> new LstmForward(cudnn, spec, x, w, y, training));
    return new Forward(operation, operation.reserve());
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
    return cudnn.device().call(() -> new LstmBackward(cudnn, spec, x, w, y, workspace, dy, dx, dw));
  }

  @Override
  public Operation add(Tensor a, Tensor b, Tensor y, boolean relu) {
    ElementFunction function = relu ? ElementFunction.ADD_RELU : ElementFunction.ADD;
    return new Pointwise(cudnn, function, a, b, y, 1);
  }

  @Override
  public Operation multiply(Tensor a, Tensor b, Tensor y, float factor) {
    return new Pointwise(cudnn, ElementFunction.MULTIPLY, a, b, y, factor);
  }

  @Override
  public Forward pooling(PoolingSpec spec, Tensor x, Tensor y) {
    return new Forward(new Poolings.Forward(cudnn, spec, x, y), null);
  }

  @Override
  public Operation poolingBackward(
      PoolingSpec spec, Tensor x, Tensor y, Tensor workspace, Tensor dy, Tensor dx) {
    return new Poolings.Backward(cudnn, spec, x, y, dy, dx);
  }

  @Override
  public Operation resize(Interpolation rule, Tensor x, Tensor y) {
    return Resizing.forward(cudnn, rule, x, y);
  }

  @Override
  public Operation resizeBackward(Interpolation rule, Tensor dy, Tensor dx) {
    return Resizing.backward(cudnn, rule, dy, dx);
  }

  @Override
  public Operation copyIntoChannels(Tensor x, Tensor y, int channel) {
    return ChannelRange.into(cudnn, x, y, channel);
  }

  @Override
  public Operation copyFromChannels(Tensor x, int channel, Tensor y) {
    return ChannelRange.from(cudnn, x, channel, y);
  }

  @Override
  public Operation reshape(Tensor x, Tensor y) {
    return new Reshape(cudnn, x, y);
  }

  @Override
  public Operation cast(Tensor x, Tensor y) {
    return new Pointwise(cudnn, ElementFunction.CAST, x, null, y, 1);
  }

  @Override
  public Operation dropoutMask(Tensor mask, float rate, LongSupplier key) {
    return new DropoutMasking(cudnn, mask, rate, key);
  }

  @Override
  public Program program(List<Operation> operations) {
    return new CudnnProgram(cudnn, operations);
  }

  @Override
  public void close() {
    cudnn.close();
  }
}
