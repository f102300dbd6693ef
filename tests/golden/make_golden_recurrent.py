#!/usr/bin/env python3
"""Writes Assay's own golden vectors of CDAL's recurrent policy into the directory of this script.

Inputs and weights are synthetic, seeded and coarse, so that the file stays small; expected values are computed here, in
NumPy float64, straight from the equations, and by nothing of Assay's. Every gradient is checked against central
differences before it is written. The arrays are those that a golden directory of a real network has:

  09_bilstm   x [1,images,features], weights w/*; probs_f64; one episode's actions, reward and baseline, beta;
              mean_log_prob_f64, cost_f64, gradients grad/* and the norms of all, weights after one step of Adam,
              baseline_next, top6

Usage: python3 tests/golden/make_golden_recurrent.py
"""
import numpy as np

from make_golden import save

IMAGES, FEATURES, HIDDEN = 24, 9, 8
KEPT_GRADIENTS = ["fc1.weight", "fc1.bias", "fc2.bias", "lstm.bias_ih_l0", "lstm.bias_hh_l0_reverse"]
KEPT_WEIGHTS = KEPT_GRADIENTS[:4]
BETA, REWARD, BASELINE = 0.01, 1.75, 0.5
RATE, DECAY, BETA1, BETA2, EPSILON = 0.01, 1e-5, 0.9, 0.999, 1e-8


def logistic(a):
    return 1.0 / (1.0 + np.exp(-a))


def network(rng):
    """Weights in multiples of 1/32."""
    shapes = {}
    for direction in ("", "_reverse"):
        shapes[f"lstm.weight_ih_l0{direction}"] = (4 * HIDDEN, FEATURES)
        shapes[f"lstm.weight_hh_l0{direction}"] = (4 * HIDDEN, HIDDEN)
        shapes[f"lstm.bias_ih_l0{direction}"] = (4 * HIDDEN,)
        shapes[f"lstm.bias_hh_l0{direction}"] = (4 * HIDDEN,)
    shapes["fc2.weight"], shapes["fc2.bias"] = (2 * HIDDEN, 2 * HIDDEN), (2 * HIDDEN,)
    shapes["fc1.weight"], shapes["fc1.bias"] = (1, 2 * HIDDEN), (1,)
    return {name: rng.integers(-16, 17, shape) / 32.0 for name, shape in shapes.items()}


def lstm_forward(x, w, u, bias):
    """States h [T,H], and per step what the way back needs: the gates, the cell before and after, the state before."""
    hidden = u.shape[1]
    h, c = np.zeros(hidden), np.zeros(hidden)
    states, kept = [], []
    for row in x:
        a = w @ row + u @ h + bias
        i, f, o = logistic(a[:hidden]), logistic(a[hidden:2 * hidden]), logistic(a[3 * hidden:])
        g = np.tanh(a[2 * hidden:3 * hidden])
        before = (c, h)
        c = f * c + i * g
        h = o * np.tanh(c)
        states.append(h)
        kept.append((i, f, g, o, c) + before)
    return np.array(states), kept


def lstm_backward(x, u, kept, d_states):
    """Gradients of w, u and the bias, given those of the states."""
    steps, hidden = d_states.shape
    dw, du, db = np.zeros((4 * hidden, x.shape[1])), np.zeros_like(u), np.zeros(4 * hidden)
    dh, dc = np.zeros(hidden), np.zeros(hidden)
    for t in reversed(range(steps)):
        i, f, g, o, c, c_before, h_before = kept[t]
        dh = dh + d_states[t]
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        da = np.concatenate([dc * g * i * (1 - i), dc * c_before * f * (1 - f), dc * i * (1 - g ** 2),
                             dh * np.tanh(c) * o * (1 - o)])
        dw += np.outer(da, x[t])
        du += np.outer(da, h_before)
        db += da
        dh, dc = u.T @ da, dc * f
    return dw, du, db


def forward(x, w):
    """Probabilities [T], the states of both directions [T,2H], and what the way back needs."""
    there, kept_there = lstm_forward(x, w["lstm.weight_ih_l0"], w["lstm.weight_hh_l0"],
                                     w["lstm.bias_ih_l0"] + w["lstm.bias_hh_l0"])
    back, kept_back = lstm_forward(x[::-1], w["lstm.weight_ih_l0_reverse"], w["lstm.weight_hh_l0_reverse"],
                                   w["lstm.bias_ih_l0_reverse"] + w["lstm.bias_hh_l0_reverse"])
    states = np.concatenate([there, back[::-1]], 1)
    hidden = states @ w["fc2.weight"].T + w["fc2.bias"]
    p = logistic(hidden @ w["fc1.weight"][0] + w["fc1.bias"][0])
    return p, states, hidden, kept_there, kept_back


def cost(p, actions):
    log_p = np.where(actions, np.log(p), np.log1p(-p))
    return BETA * (p.mean() - 0.5) ** 2 - log_p.mean() * (REWARD - BASELINE), log_p.mean()


def gradients(x, w, actions):
    p, states, hidden, kept_there, kept_back = forward(x, w)
    dp = 2 * BETA * (p.mean() - 0.5) / len(p) - (REWARD - BASELINE) / len(p) * (actions / p - (1 - actions) / (1 - p))
    dz = dp * p * (1 - p)
    d_hidden = np.outer(dz, w["fc1.weight"][0])
    d_states = d_hidden @ w["fc2.weight"]
    grads = {"fc1.weight": (dz @ hidden)[None], "fc1.bias": dz.sum()[None], "fc2.weight": d_hidden.T @ states,
             "fc2.bias": d_hidden.sum(0)}
    for suffix, part, sequence, kept in (("", d_states[:, :HIDDEN], x, kept_there),
                                         ("_reverse", d_states[::-1, HIDDEN:], x[::-1], kept_back)):
        dw, du, db = lstm_backward(sequence, w[f"lstm.weight_hh_l0{suffix}"], kept, part)
        grads[f"lstm.weight_ih_l0{suffix}"], grads[f"lstm.weight_hh_l0{suffix}"] = dw, du
        grads[f"lstm.bias_ih_l0{suffix}"] = grads[f"lstm.bias_hh_l0{suffix}"] = db
    return grads


def check(x, w, actions, grads):
    """Central differences of every value of every parameter."""
    step = 1e-5
    for name, values in w.items():
        for index in np.ndindex(values.shape):
            sides = []
            for sign in (1, -1):
                moved = {**w, name: values.copy()}
                moved[name][index] += sign * step
                sides.append(cost(forward(x, moved)[0], actions)[0])
            numeric = (sides[0] - sides[1]) / (2 * step)
            assert abs(numeric - grads[name][index]) < 1e-9, (name, index, numeric, grads[name][index])


def adam(value, gradient):
    """The first step: the moments' corrections leave g and g^2."""
    g = gradient + DECAY * value
    m, v = (1 - BETA1) * g / (1 - BETA1), (1 - BETA2) * g ** 2 / (1 - BETA2)
    return value - RATE * m / (np.sqrt(v) + EPSILON)


def main():
    rng = np.random.default_rng(9)
    w = network(rng)
    x = rng.integers(0, 17, (IMAGES, FEATURES)) / 16.0
    p = forward(x, w)[0]
    actions = (rng.random(IMAGES) < p).astype(np.uint8)
    total, mean_log_p = cost(p, actions.astype(bool))
    grads = gradients(x, w, actions)
    check(x, w, actions.astype(bool), grads)
    order = np.argsort(-p, kind="stable")
    assert (p[order[:6]] - p[order[1:7]] > 1e-4).all(), "the first six must be apart"
    arrays = {f"w/{name}": values.astype(np.float32) for name, values in w.items()}
    arrays.update({f"grad/{name}": grads[name] for name in KEPT_GRADIENTS})
    arrays.update({f"after_adam/{name}": adam(w[name], grads[name]) for name in KEPT_WEIGHTS})
    save("09_bilstm", x=x[None].astype(np.float32), hidden=np.int32(HIDDEN), probs_f64=p, actions=actions,
         reward=np.float64(REWARD), baseline=np.float64(BASELINE), beta=np.float64(BETA), cost_f64=np.float64(total),
         mean_log_prob_f64=np.float64(mean_log_p), baseline_next=np.float64(0.9 * BASELINE + 0.1 * REWARD),
         top6=order[:6].astype(np.int32), param_names=np.array(list(w)),
         grad_norms_f64=np.array([np.linalg.norm(grads[name]) for name in w]), adam_lr=np.float64(RATE),
         adam_weight_decay=np.float64(DECAY), **arrays)


if __name__ == "__main__":
    main()
