package dev.assay.nn;

import dev.assay.nn.backend.Backend.Forward;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.Tensor;

/**
 * Per direction, with t' the step before and h, c zero before the first: (i, f, g, o) = W x[t] + b
 * + U h[t'] + b'; c[t] = s(f) c[t'] + s(i) tanh(g); h[t] = s(o) tanh(c[t]), s the logistic function
 * (Hochreiter and Schmidhuber 1997; gates as torch has them).
 *
 * <p>Back through time, from the last step to the first: dh[t] = dy[t] + U^T da[t''] with t'' the
 * step after; dc[t] = dh[t] s(o) (1 - tanh^2 c[t]) + dc[t''] s(f[t'']); da = the gates' gradients
 * before s and tanh; dx[t] = W^T da[t]; dW = sum da x^T; dU = sum da h[t']^T; db = db' = sum da.
 */
final class LstmLayer implements Layer {
  private final LstmSpec spec;
  private final Tensor x;
  private final LstmParameters parameters;
  private final Tensor y;
  private final Mode mode;
  private Tensor workspace;

  LstmLayer(LstmSpec spec, Tensor x, LstmParameters parameters, Tensor y, Mode mode) {
    this.spec = spec;
    this.x = x;
    this.parameters = parameters;
    this.y = y;
    this.mode = mode;
  }

  @Override
  public void forward(Plan plan) {
    Forward forward = plan.backend().lstm(spec, x, parameters.values(), y, mode == Mode.TRAINING);
    workspace = forward.workspace();
    plan.add(forward.operation());
  }

  @Override
  public void backward(Plan plan) {
    Tensor dx = plan.newGradient(x);
    plan.add(
        plan.backend()
            .lstmBackward(
                spec,
                x,
                parameters.values(),
                y,
                workspace,
                plan.gradient(y),
                dx,
                parameters.gradients()));
    plan.contribute(x, dx);
  }
}
