package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnFindConvolutionBackwardDataAlgorithmEx;
import static org.bytedeco.cuda.global.cudnn.cudnnFindConvolutionBackwardFilterAlgorithmEx;
import static org.bytedeco.cuda.global.cudnn.cudnnFindConvolutionForwardAlgorithmEx;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardDataWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionForwardAlgorithm_v7;
import static org.bytedeco.cuda.global.cudnn.cudnnGetConvolutionForwardWorkspaceSize;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdDataAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdFilterAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionFwdAlgoPerf_t;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;

/** The three passes of a convolution, each with the library's functions to choose how to do it. */
@SuppressWarnings("deprecation")
enum Direction {
  FORWARD {
    @Override
    List<Candidate> likely(cudnnContext handle, Convolution c) {
      try (cudnnConvolutionFwdAlgoPerf_t found = new cudnnConvolutionFwdAlgoPerf_t(MOST)) {
        int[] count = new int[1];
        Status.check(
            "algorithms of " + c,
            cudnnGetConvolutionForwardAlgorithm_v7(
                handle, c.x(), c.w(), c.rule(), c.y(), MOST, count, found));
        return list(count[0], i -> candidate(found.position(i)));
      }
    }

    @Override
    List<Candidate> measured(cudnnContext handle, Convolution c, Trial t) {
      try (cudnnConvolutionFwdAlgoPerf_t found = new cudnnConvolutionFwdAlgoPerf_t(MOST)) {
        int[] count = new int[1];
        Status.check(
            "trial of " + c,
            cudnnFindConvolutionForwardAlgorithmEx(
                handle,
                c.x(),
                t.x(),
                c.w(),
                t.w(),
                c.rule(),
                c.y(),
                t.y(),
                MOST,
                count,
                found,
                t.workspace(),
                t.bytes()));
        return list(count[0], i -> candidate(found.position(i)));
      }
    }

    private Candidate candidate(cudnnConvolutionFwdAlgoPerf_t p) {
      return new Candidate(p.algo(), p.status(), p.memory(), p.determinism(), p.mathType());
    }

    @Override
    int askWorkspace(cudnnContext handle, Convolution c, int algorithm, SizeTPointer bytes) {
      return cudnnGetConvolutionForwardWorkspaceSize(
          handle, c.x(), c.w(), c.rule(), c.y(), algorithm, bytes);
    }
  },

  BACKWARD_DATA {
    @Override
    List<Candidate> likely(cudnnContext handle, Convolution c) {
      try (cudnnConvolutionBwdDataAlgoPerf_t found = new cudnnConvolutionBwdDataAlgoPerf_t(MOST)) {
        int[] count = new int[1];
        Status.check(
            "algorithms of the input gradient of " + c,
            cudnnGetConvolutionBackwardDataAlgorithm_v7(
                handle, c.w(), c.y(), c.rule(), c.x(), MOST, count, found));
        return list(count[0], i -> candidate(found.position(i)));
      }
    }

    @Override
    List<Candidate> measured(cudnnContext handle, Convolution c, Trial t) {
      try (cudnnConvolutionBwdDataAlgoPerf_t found = new cudnnConvolutionBwdDataAlgoPerf_t(MOST)) {
        int[] count = new int[1];
        Status.check(
            "trial of the input gradient of " + c,
            cudnnFindConvolutionBackwardDataAlgorithmEx(
                handle,
                c.w(),
                t.w(),
                c.y(),
                t.y(),
                c.rule(),
                c.x(),
                t.x(),
                MOST,
                count,
                found,
                t.workspace(),
                t.bytes()));
        return list(count[0], i -> candidate(found.position(i)));
      }
    }

    private Candidate candidate(cudnnConvolutionBwdDataAlgoPerf_t p) {
      return new Candidate(p.algo(), p.status(), p.memory(), p.determinism(), p.mathType());
    }

    @Override
    int askWorkspace(cudnnContext handle, Convolution c, int algorithm, SizeTPointer bytes) {
      return cudnnGetConvolutionBackwardDataWorkspaceSize(
          handle, c.w(), c.y(), c.rule(), c.x(), algorithm, bytes);
    }
  },

  BACKWARD_WEIGHTS {
    @Override
    List<Candidate> likely(cudnnContext handle, Convolution c) {
      try (cudnnConvolutionBwdFilterAlgoPerf_t found =
          new cudnnConvolutionBwdFilterAlgoPerf_t(MOST)) {
        int[] count = new int[1];
        Status.check(
            "algorithms of the weight gradient of " + c,
            cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                handle, c.x(), c.y(), c.rule(), c.w(), MOST, count, found));
        return list(count[0], i -> candidate(found.position(i)));
      }
    }

    @Override
    List<Candidate> measured(cudnnContext handle, Convolution c, Trial t) {
      try (cudnnConvolutionBwdFilterAlgoPerf_t found =
          new cudnnConvolutionBwdFilterAlgoPerf_t(MOST)) {
        int[] count = new int[1];
        Status.check(
            "trial of the weight gradient of " + c,
            cudnnFindConvolutionBackwardFilterAlgorithmEx(
                handle,
                c.x(),
                t.x(),
                c.y(),
                t.y(),
                c.rule(),
                c.w(),
                t.w(),
                MOST,
                count,
                found,
                t.workspace(),
                t.bytes()));
        return list(count[0], i -> candidate(found.position(i)));
      }
    }

    private Candidate candidate(cudnnConvolutionBwdFilterAlgoPerf_t p) {
      return new Candidate(p.algo(), p.status(), p.memory(), p.determinism(), p.mathType());
    }

    @Override
    int askWorkspace(cudnnContext handle, Convolution c, int algorithm, SizeTPointer bytes) {
      return cudnnGetConvolutionBackwardFilterWorkspaceSize(
          handle, c.x(), c.y(), c.rule(), c.w(), algorithm, bytes);
    }
  };

  /** More than there are algorithms in any direction. */
  private static final int MOST = 16;

  /** Memory of the right sizes for a trial. */
  record Trial(Pointer x, Pointer w, Pointer y, Pointer workspace, long bytes) {}

  /** What the library expects to work, the likely fastest first. */
  abstract List<Candidate> likely(cudnnContext handle, Convolution c);

  /** What was tried, the fastest first. */
  abstract List<Candidate> measured(cudnnContext handle, Convolution c, Trial t);

  abstract int askWorkspace(cudnnContext handle, Convolution c, int algorithm, SizeTPointer bytes);

  /** Workspace that the algorithm wants with the convolution's present arithmetic. */
  long workspaceBytes(cudnnContext handle, Convolution c, int algorithm) {
    try (SizeTPointer bytes = new SizeTPointer(1)) {
      Status.check("workspace of " + c, askWorkspace(handle, c, algorithm, bytes));
      return bytes.get();
    }
  }

  private static List<Candidate> list(int count, IntFunction<Candidate> at) {
    List<Candidate> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(at.apply(i));
    }
    return all;
  }
}
