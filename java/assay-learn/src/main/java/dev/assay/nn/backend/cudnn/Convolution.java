package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Shape;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/**
 * One convolution as the library is told about it, in whichever direction: x and y dense NHWC and w
 * [out, k, k, in / groups], all of {@code type}.
 */
record Convolution(
    ConvolutionSpec spec,
    Shape xShape,
    Shape yShape,
    ElementType type,
    cudnnTensorStruct x,
    cudnnFilterStruct w,
    cudnnTensorStruct y,
    cudnnConvolutionStruct rule) {

  static Convolution of(Descriptors d, ConvolutionSpec spec, Shape x, Shape y, ElementType type) {
    return new Convolution(
        spec,
        x,
        y,
        type,
        d.nhwc(x, type),
        d.filter(spec, x.c() / spec.groups(), type),
        d.nhwc(y, type),
        d.convolution(spec));
  }

  int inPerGroup() {
    return xShape.c() / spec.groups();
  }

  long weights() {
    return spec.weights(xShape.c());
  }

  @Override
  public String toString() {
    return spec + " of " + type + " " + xShape;
  }
}
