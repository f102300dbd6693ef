// cuDNN's and cuBLAS's calls as the tests link them.
#ifndef ASSAY_TESTS_EMULATOR_SELFTEST_CUDNN_API_H
#define ASSAY_TESTS_EMULATOR_SELFTEST_CUDNN_API_H

#include <cstddef>
#include <cstdint>

#include "cudnn/algorithms.h"

using CudnnStatus = int32_t;

extern "C" {
size_t cudnnGetVersion();
void cudnnGetLastErrorString(char* message, size_t size);
CudnnStatus cudnnCreate(void** handle);
CudnnStatus cudnnDestroy(void* handle);
CudnnStatus cudnnSetStream(void* handle, void* stream);
CudnnStatus cudnnCreateTensorDescriptor(void** descriptor);
CudnnStatus cudnnDestroyTensorDescriptor(void* descriptor);
CudnnStatus cudnnCreateFilterDescriptor(void** descriptor);
CudnnStatus cudnnCreateConvolutionDescriptor(void** descriptor);
CudnnStatus cudnnCreateActivationDescriptor(void** descriptor);
CudnnStatus cudnnCreatePoolingDescriptor(void** descriptor);
CudnnStatus cudnnCreateOpTensorDescriptor(void** descriptor);
CudnnStatus cudnnSetTensor4dDescriptor(void* tensor, int format, int type, int n, int c, int h, int w);
CudnnStatus cudnnSetTensor4dDescriptorEx(void* tensor, int type, int n, int c, int h, int w, int n_stride, int c_stride,
                                         int h_stride, int w_stride);
CudnnStatus cudnnSetFilter4dDescriptor(void* filter, int type, int format, int k, int c, int h, int w);
CudnnStatus cudnnSetConvolution2dDescriptor(void* convolution, int pad_h, int pad_w, int stride_h, int stride_w,
                                            int dilation_h, int dilation_w, int mode, int compute_type);
CudnnStatus cudnnSetConvolutionGroupCount(void* convolution, int groups);
CudnnStatus cudnnSetActivationDescriptor(void* activation, int mode, int nan, double coefficient);
CudnnStatus cudnnSetPooling2dDescriptor(void* pooling, int mode, int nan, int window_h, int window_w, int pad_h,
                                        int pad_w, int stride_h, int stride_w);
CudnnStatus cudnnSetOpTensorDescriptor(void* op_tensor, int op, int compute_type, int nan);
CudnnStatus cudnnGetConvolutionForwardAlgorithm_v7(void* handle, void* x, void* w, void* convolution, void* y,
                                                   int wanted, int* returned, emulated_cudnn::Performance* results);
CudnnStatus cudnnGetConvolutionBackwardDataAlgorithm_v7(void* handle, void* w, void* dy, void* convolution, void* dx,
                                                        int wanted, int* returned,
                                                        emulated_cudnn::Performance* results);
CudnnStatus cudnnGetConvolutionForwardWorkspaceSize(void* handle, void* x, void* w, void* convolution, void* y,
                                                    int algo, size_t* bytes);
CudnnStatus cudnnConvolutionForward(void* handle, const void* alpha, void* x_desc, const void* x, void* w_desc,
                                    const void* w, void* convolution, int algo, void* workspace, size_t bytes,
                                    const void* beta, void* y_desc, void* y);
CudnnStatus cudnnConvolutionBackwardData(void* handle, const void* alpha, void* w_desc, const void* w, void* dy_desc,
                                         const void* dy, void* convolution, int algo, void* workspace, size_t bytes,
                                         const void* beta, void* dx_desc, void* dx);
CudnnStatus cudnnConvolutionBackwardFilter(void* handle, const void* alpha, void* x_desc, const void* x, void* dy_desc,
                                           const void* dy, void* convolution, int algo, void* workspace, size_t bytes,
                                           const void* beta, void* dw_desc, void* dw);
CudnnStatus cudnnConvolutionBackwardBias(void* handle, const void* alpha, void* dy_desc, const void* dy,
                                         const void* beta, void* db_desc, void* db);
CudnnStatus cudnnConvolutionBiasActivationForward(void* handle, const void* alpha1, void* x_desc, const void* x,
                                                  void* w_desc, const void* w, void* convolution, int algo,
                                                  void* workspace, size_t bytes, const void* alpha2, void* z_desc,
                                                  const void* z, void* bias_desc, const void* bias, void* activation,
                                                  void* y_desc, void* y);
CudnnStatus cudnnBatchNormalizationForwardTraining(void* handle, int mode, const void* alpha, const void* beta,
                                                   void* x_desc, const void* x, void* y_desc, void* y,
                                                   void* parameters_desc, const void* scale, const void* bias,
                                                   double factor, void* running_mean, void* running_variance,
                                                   double epsilon, void* saved_mean, void* saved_inverse);
CudnnStatus cudnnBatchNormalizationForwardInference(void* handle, int mode, const void* alpha, const void* beta,
                                                    void* x_desc, const void* x, void* y_desc, void* y,
                                                    void* parameters_desc, const void* scale, const void* bias,
                                                    const void* mean, const void* variance, double epsilon);
CudnnStatus cudnnBatchNormalizationBackward(void* handle, int mode, const void* alpha_data, const void* beta_data,
                                            const void* alpha_parameters, const void* beta_parameters, void* x_desc,
                                            const void* x, void* dy_desc, const void* dy, void* dx_desc, void* dx,
                                            void* parameters_desc, const void* scale, void* dscale, void* dbias,
                                            double epsilon, const void* saved_mean, const void* saved_inverse);
CudnnStatus cudnnBatchNormalizationForwardTrainingEx(
    void* handle, int mode, int ops, const void* alpha, const void* beta, void* x_desc, const void* x, void* z_desc,
    const void* z, void* y_desc, void* y, void* parameters_desc, const void* scale, const void* bias, double factor,
    void* running_mean, void* running_variance, double epsilon, void* saved_mean, void* saved_inverse, void* activation,
    void* workspace, size_t workspace_size, void* reserve, size_t reserve_size);
CudnnStatus cudnnBatchNormalizationBackwardEx(
    void* handle, int mode, int ops, const void* alpha_data, const void* beta_data, const void* alpha_parameters,
    const void* beta_parameters, void* x_desc, const void* x, void* y_desc, const void* y, void* dy_desc,
    const void* dy, void* dz_desc, void* dz, void* dx_desc, void* dx, void* parameters_desc, const void* scale,
    const void* bias, void* dscale, void* dbias, double epsilon, const void* saved_mean, const void* saved_inverse,
    void* activation, void* workspace, size_t workspace_size, void* reserve, size_t reserve_size);
CudnnStatus cudnnGetBatchNormalizationTrainingExReserveSpaceSize(void* handle, int mode, int ops, void* activation,
                                                                 void* x_desc, size_t* bytes);
CudnnStatus cudnnPoolingForward(void* handle, void* pooling, const void* alpha, void* x_desc, const void* x,
                                const void* beta, void* y_desc, void* y);
CudnnStatus cudnnPoolingBackward(void* handle, void* pooling, const void* alpha, void* y_desc, const void* y,
                                 void* dy_desc, const void* dy, void* x_desc, const void* x, const void* beta,
                                 void* dx_desc, void* dx);
CudnnStatus cudnnActivationForward(void* handle, void* activation, const void* alpha, void* x_desc, const void* x,
                                   const void* beta, void* y_desc, void* y);
CudnnStatus cudnnActivationBackward(void* handle, void* activation, const void* alpha, void* y_desc, const void* y,
                                    void* dy_desc, const void* dy, void* x_desc, const void* x, const void* beta,
                                    void* dx_desc, void* dx);
CudnnStatus cudnnOpTensor(void* handle, void* op, const void* alpha1, void* a_desc, const void* a, const void* alpha2,
                          void* b_desc, const void* b, const void* beta, void* c_desc, void* c);
CudnnStatus cudnnAddTensor(void* handle, const void* alpha, void* a_desc, const void* a, const void* beta, void* c_desc,
                           void* c);
CudnnStatus cudnnTransformTensor(void* handle, const void* alpha, void* x_desc, const void* x, const void* beta,
                                 void* y_desc, void* y);
CudnnStatus cudnnSetTensor(void* handle, void* y_desc, void* y, const void* value);
CudnnStatus cudnnScaleTensor(void* handle, void* y_desc, void* y, const void* alpha);
CudnnStatus cudnnSetTensorNdDescriptor(void* tensor, int type, int count, const int* dims, const int* strides);
CudnnStatus cudnnGetTensorNdDescriptor(void* tensor, int wanted, int* type, int* count, int* dims, int* strides);
CudnnStatus cudnnCreateDropoutDescriptor(void** descriptor);
CudnnStatus cudnnDropoutGetStatesSize(void* handle, size_t* bytes);
CudnnStatus cudnnSetDropoutDescriptor(void* dropout, void* handle, float rate, void* states, size_t bytes,
                                      unsigned long long seed);
CudnnStatus cudnnCreateRNNDescriptor(void** descriptor);
CudnnStatus cudnnDestroyRNNDescriptor(void* descriptor);
CudnnStatus cudnnCreateRNNDataDescriptor(void** descriptor);
CudnnStatus cudnnDestroyRNNDataDescriptor(void* descriptor);
CudnnStatus cudnnSetRNNDescriptor_v8(void* rnn, int algorithm, int cell, int bias, int direction, int input, int type,
                                     int precision, int math, int32_t inputs, int32_t hidden, int32_t projected,
                                     int32_t layers, void* dropout, uint32_t flags);
CudnnStatus cudnnSetRNNDataDescriptor(void* sequences, int type, int layout, int steps, int batch, int width,
                                      const int* lengths, void* padding);
CudnnStatus cudnnGetRNNWeightSpaceSize(void* handle, void* rnn, size_t* bytes);
CudnnStatus cudnnGetRNNTempSpaceSizes(void* handle, void* rnn, int mode, void* x_desc, size_t* workspace,
                                      size_t* reserve);
CudnnStatus cudnnGetRNNWeightParams(void* handle, void* rnn, int32_t pseudo_layer, size_t bytes, const void* weights,
                                    int32_t id, void* matrix_desc, void** matrix, void* bias_desc, void** bias);
CudnnStatus cudnnRNNForward(void* handle, void* rnn, int mode, const int32_t* lengths, void* x_desc, const void* x,
                            void* y_desc, void* y, void* h_desc, const void* hx, void* hy, void* c_desc, const void* cx,
                            void* cy, size_t weight_size, const void* weights, size_t workspace_size, void* workspace,
                            size_t reserve_size, void* reserve);
CudnnStatus cudnnRNNBackwardData_v8(void* handle, void* rnn, const int32_t* lengths, void* y_desc, const void* y,
                                    const void* dy, void* x_desc, void* dx, void* h_desc, const void* hx,
                                    const void* dhy, void* dhx, void* c_desc, const void* cx, const void* dcy,
                                    void* dcx, size_t weight_size, const void* weights, size_t workspace_size,
                                    void* workspace, size_t reserve_size, void* reserve);
CudnnStatus cudnnRNNBackwardWeights_v8(void* handle, void* rnn, int mode, const int32_t* lengths, void* x_desc,
                                       const void* x, void* h_desc, const void* hx, void* y_desc, const void* y,
                                       size_t weight_size, void* dweights, size_t workspace_size, void* workspace,
                                       size_t reserve_size, void* reserve);
int32_t cublasCreate_v2(void** handle);
int32_t cublasDestroy_v2(void* handle);
int32_t cublasSetStream_v2(void* handle, void* stream);
int32_t cublasSgemm_v2(void* handle, int op_a, int op_b, int m, int n, int k, const float* alpha, const float* a,
                       int lda, const float* b, int ldb, const float* beta, float* c, int ldc);
int32_t cublasGemmEx(void* handle, int op_a, int op_b, int m, int n, int k, const void* alpha, const void* a,
                     int a_type, int lda, const void* b, int b_type, int ldb, const void* beta, void* c, int c_type,
                     int ldc, int compute_type, int algo);
}

#endif
