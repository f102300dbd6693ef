#!/usr/bin/env python3
"""Writes Assay's own golden vectors 08_* of the query network and of double DQN into the directory of this script.

Inputs and weights are synthetic, seeded and coarse, so that the files stay small; expected values are computed here, in
NumPy float64, straight from the equations, and by nothing of Assay's. Gradients are checked against central differences
before they are written. The arrays are those that a golden directory of real networks has:

  08_query_eval_state                  pool [K,N,F+sim], subset [S,F]: the input of the next
  08_query_eval_camvid                 state_file, weights w/*, Q_f64 in evaluation mode, action of each pool
  08_query_small                       x, subset, w/*; Q_eval_f64, Q_train_f64, running statistics after/* the training pass
  08_double_dqn_step, 08_double_dqn_io policy/* and target/*; a batch of transitions, both readings of the target, losses,
                                       gradients, weights and statistics after one step of SGD
  08_schedules                         epsilon and decay constants

Usage: python3 tests/golden/make_golden_query.py
"""
import numpy as np

from make_golden import save

EPSILON = 1e-5
MOMENTUM = 0.1
# (linear map, normalisation before it, output width), in the order of the public module.
STATE = [("conv1_s", "bn1_s", 256), ("conv2_s", "bn2_s", 128), ("conv3_s", "bn3_s", 1)]
ACTION = [("conv1", "bn1", 512), ("conv2", "bn2", 256), ("conv3", "bn3", 128)]
KEPT_GRADIENTS = ["conv3_s.weight", "conv3_s.bias", "conv_final2.weight", "conv_final2.bias", "conv_bias.weight",
                  "conv_bias.bias", "bn1.weight", "bn1.bias", "bn_last_s.weight", "bn_last_s.bias", "bn_final.weight",
                  "bn_final.bias", "conv1.bias", "linear_s.bias"]


def layers(regions, features, similarities):
    """(linear map, its normalisation, inputs, outputs, whether the map's weight is that of a Conv1d)."""
    rows, width = [], features
    for name, norm, out in STATE:
        rows.append((name, norm, width, out, True))
        width = out
    rows.append(("linear_s", "bn_last_s", regions, 128, False))
    width = features
    for name, norm, out in ACTION:
        rows.append((name, norm, width, out, True))
        width = out
    rows.append(("conv_final2", "bn_final", 256, 1, True))
    rows.append(("conv_bias", "bn_bias", similarities, 1, True))
    return rows


def coarse(rng, low, high, count):
    """Multiples of 1/16."""
    return (rng.integers(int(low * 16), int(high * 16) + 1, count) / 16).astype(np.float32)


def network(rng, regions, features, similarities):
    """Weights -q, 0, q with many zeros; q keeps the variance of a layer's input."""
    w = {}
    for name, norm, inputs, outputs, conv in layers(regions, features, similarities):
        q = np.float32(2.0 ** np.round(np.log2(np.sqrt(5 / inputs))))
        values = rng.choice(np.array([-q, 0, 0, 0, 0, 0, 0, q], np.float32), (outputs, inputs))
        # An output that does not vary would be divided by the square root of epsilon, in training.
        values[np.arange(outputs), np.arange(outputs) % inputs] = q
        w[f"{name}.weight"] = values[:, :, None] if conv else values
        w[f"{name}.bias"] = coarse(rng, -0.25, 0.25, outputs)
        w[f"{norm}.weight"] = coarse(rng, 0.5, 1.5, inputs)
        w[f"{norm}.bias"] = coarse(rng, -0.5, 0.5, inputs)
        w[f"{norm}.running_mean"] = coarse(rng, -0.25, 0.25, inputs)
        w[f"{norm}.running_var"] = coarse(rng, 0.75, 1.5, inputs)
        w[f"{norm}.num_batches_tracked"] = np.int64(0)
    return w


class Pass:
    """One forward pass in float64, which can be run backwards."""

    def __init__(self, weights, train):
        self.w = {k: np.asarray(v, np.float64) for k, v in weights.items()}
        self.train = train
        self.gradient = {}

    def norm(self, x, name):
        """Over all axes but the last; returns y and the map from dy to dx."""
        axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
        mean, var = self.w[f"{name}.running_mean"], self.w[f"{name}.running_var"]
        if self.train:
            mean, var = x.mean(axes), x.var(axes)
            for key, batch in (("running_mean", mean), ("running_var", var * count / (count - 1))):
                self.w[f"{name}.{key}"] = (1 - MOMENTUM) * self.w[f"{name}.{key}"] + MOMENTUM * batch
        deviation = np.sqrt(var + EPSILON)
        xhat, scale = (x - mean) / deviation, self.w[f"{name}.weight"]

        def back(dy):
            self.gradient[f"{name}.weight"] = (dy * xhat).sum(axes)
            self.gradient[f"{name}.bias"] = dy.sum(axes)
            return scale / deviation * (dy - dy.mean(axes) - xhat * (dy * xhat).mean(axes))

        return scale * xhat + self.w[f"{name}.bias"], back

    def linear(self, x, name):
        weight = self.w[f"{name}.weight"]
        matrix = weight.reshape(weight.shape[0], -1)

        def back(dy):
            flat = dy.reshape(-1, dy.shape[-1])
            self.gradient[f"{name}.weight"] = (flat.T @ x.reshape(-1, x.shape[-1])).reshape(weight.shape)
            self.gradient[f"{name}.bias"] = flat.sum(0)
            return dy @ matrix

        return x @ matrix.T + self.w[f"{name}.bias"], back

    def block(self, x, name, norm):
        normal, norm_back = self.norm(x, norm)
        y, linear_back = self.linear(np.maximum(normal, 0), name)
        return y, lambda dy: norm_back(linear_back(dy) * (normal > 0))

    def run(self, actions, states):
        """Q [B,N] of actions [B,N,F+sim] and states [B,S,F]."""
        features = states.shape[2]
        backs = {}
        s = states.astype(np.float64)
        for name, norm, _ in STATE:
            s, backs[name] = self.block(s, name, norm)
        e, backs["linear_s"] = self.block(s[:, :, 0], "linear_s", "bn_last_s")
        a = actions[:, :, :features].astype(np.float64)
        for name, norm, _ in ACTION:
            a, backs[name] = self.block(a, name, norm)
        joint = np.concatenate([a, np.repeat(e[:, None], a.shape[1], 1)], 2)
        normal, norm_back = self.norm(joint, "bn_final")
        out, out_back = self.linear(normal, "conv_final2")
        k, gate_back = self.block(actions[:, :, features:].astype(np.float64), "conv_bias", "bn_bias")
        gate = 1 / (1 + np.exp(-k))

        def back(dq):
            dq = dq[:, :, None]
            gate_back(dq * out * gate * (1 - gate))
            d = norm_back(out_back(dq * gate))
            da, de = d[:, :, :128], d[:, :, 128:].sum(1)
            for name, _, _ in reversed(ACTION):
                da = backs[name](da)
            ds = backs["linear_s"](de)[:, :, None]
            for name, _, _ in reversed(STATE):
                ds = backs[name](ds)

        self.back = back
        return (gate * out)[:, :, 0]


def q_values(weights, actions, states, train=False):
    return Pass(weights, train).run(actions, states)


def clear_choices(q):
    """A float engine must be able to tell the largest value of a pool from the next."""
    best, second = np.sort(q, 1)[:, :-3:-1].T
    assert (best - second > 1e-4).all(), best - second
    return q.argmax(1).astype(np.int32)


def draw(rng, *shape):
    return coarse(rng, -2, 2, shape)


def prefixed(prefix, arrays):
    return {prefix + key: value for key, value in arrays.items()}


def statistics(weights):
    return {k: v for k, v in weights.items() if ".running_" in k}


def save_evaluation():
    rng = np.random.default_rng(200)
    regions, features, similarities, pools, candidates = 9, 11, 6, 8, 5
    w = network(rng, regions, features, similarities)
    pool, subset = draw(rng, pools, candidates, features + similarities), draw(rng, regions, features)
    q = q_values(w, pool, np.repeat(subset[None], pools, 0))
    save("08_query_eval_state", pool=pool, subset=subset)
    save("08_query_eval_camvid", state_file=np.array("08_query_eval_state"), Q_f64=q, action=clear_choices(q), **prefixed("w/", w))


def save_small():
    rng = np.random.default_rng(201)
    regions, features, similarities, batch, candidates = 7, 10, 4, 6, 5
    w = network(rng, regions, features, similarities)
    x, subset = draw(rng, batch, candidates, features + similarities), draw(rng, batch, regions, features)
    training = Pass(w, True)
    q = training.run(x, subset)
    save("08_query_small", x=x, subset=subset, Q_eval_f64=q_values(w, x, subset), Q_train_f64=q, **prefixed("w/", w),
         **prefixed("after/", statistics(training.w)))


def huber(e):
    return np.where(np.abs(e) < 1, 0.5 * e * e, np.abs(e) - 0.5).mean(), np.clip(e, -1, 1) / len(e)


def squared(e):
    return (e * e).mean(), 2 * e / len(e)


def gradients(w, batch, y, loss):
    """Loss and gradients of the policy in training mode; the pass has the moved statistics."""
    rows = np.arange(len(y))
    policy = Pass(w, True)
    q = policy.run(batch["state"], batch["state_subset"])
    value, slope = loss(q[rows, batch["action"]] - y)
    dq = np.zeros_like(q)
    dq[rows, batch["action"]] = slope
    policy.back(dq)
    return value, policy, q


def check_gradients(w, batch, y, loss):
    """The slope along a random direction in the space of all parameters, against the central difference."""
    rng = np.random.default_rng(9)
    _, policy, _ = gradients(w, batch, y, loss)
    direction = {k: rng.normal(0, 1, g.shape) for k, g in policy.gradient.items()}
    slope = sum((direction[k] * g).sum() for k, g in policy.gradient.items())
    sides = []
    for h in (1e-6, -1e-6):
        moved = {k: v + h * direction[k] if k in direction else v for k, v in w.items()}
        sides.append(gradients(moved, batch, y, loss)[0])
    numeric = (sides[0] - sides[1]) / 2e-6
    assert abs(numeric - slope) < 1e-5 * abs(slope), (numeric, slope)


def save_double_dqn():
    rng = np.random.default_rng(202)
    regions, features, similarities, size, candidates = 7, 10, 4, 8, 5
    gamma, lr, momentum, decay = 0.999, 1e-3, 0.95, 1e-3
    policy, target = network(rng, regions, features, similarities), network(rng, regions, features, similarities)
    width = features + similarities
    batch = dict(state=draw(rng, size, candidates, width), state_subset=draw(rng, size, regions, features),
                 next_state=draw(rng, size, candidates, width), next_subset=draw(rng, size, regions, features),
                 final=np.array([0, 0, 1, 0, 0, 0, 1, 0], bool), action=rng.integers(0, candidates, size).astype(np.int32),
                 reward=draw(rng, size))
    goes_on = ~batch["final"]
    following = batch["next_state"][goes_on], batch["next_subset"][goes_on]

    # As the public code runs: the policy sees the states, then the next states, and both move its statistics.
    seen = Pass(policy, True)
    q = seen.run(batch["state"], batch["state_subset"])
    lookahead = Pass(seen.w, True)
    q_policy = lookahead.run(*following)
    q_target = q_values(target, *following)
    rows = np.arange(goes_on.sum())
    y_code, y_paper = (batch["reward"].astype(np.float64) for _ in range(2))
    y_code[goes_on] += gamma * q_target[rows, clear_choices(q_policy)]
    y_paper[goes_on] += gamma * q_policy[rows, clear_choices(q_target)]

    losses = {}
    for reading, y in (("code", y_code), ("paper", y_paper)):
        for kind, loss in (("huber", huber), ("mse", squared)):
            losses[f"loss_{reading}_{kind}_f64"] = gradients(policy, batch, y, loss)[0]
            check_gradients(policy, batch, y, loss)
    code = gradients(policy, batch, y_code, huber)[1].gradient
    paper = gradients(policy, batch, y_paper, squared)[1].gradient
    names = [f"{layer}.{kind}" for name, norm, *_ in layers(regions, features, similarities)
             for layer in (name, norm) for kind in ("weight", "bias")]
    # The first step of SGD with momentum: the velocity is the gradient.
    after = {k: policy[k].astype(np.float64) - lr * (code[k] + decay * policy[k].astype(np.float64)) for k in names}

    save("08_double_dqn_step", **prefixed("policy/", policy), **prefixed("target/", target))
    save("08_double_dqn_io", weights_file=np.array("08_double_dqn_step"), **batch, gamma=np.float64(gamma), lr=np.float64(lr),
         momentum=np.float64(momentum), weight_decay=np.float64(decay), Q_policy_train_f64=q, Qnext_policy_train_f64=q_policy,
         Qnext_target_eval_f64=q_target, y_code_f64=y_code, y_paper_eq3_f64=y_paper, **losses, param_names=np.array(names),
         grad_norms_code_huber=np.array([np.linalg.norm(code[k]) for k in names]),
         grad_norms_paper_mse=np.array([np.linalg.norm(paper[k]) for k in names]),
         param_norms_after_step=np.array([np.linalg.norm(after[k]) for k in names]),
         **{f"grad_code/{k}": code[k] for k in KEPT_GRADIENTS}, **{f"grad_paper/{k}": paper[k] for k in KEPT_GRADIENTS},
         **{f"after_code/{k}": after[k] for k in KEPT_GRADIENTS}, **prefixed("after_code/", statistics(lookahead.w)))


def save_schedules():
    start, end, decay = 0.9, 0.05, 10.0
    steps = np.arange(200)
    save("08_schedules", eps_steps=steps, eps_threshold=end + (start - end) * np.exp(-steps / decay), eps_start=np.float64(start),
         eps_end=np.float64(end), eps_decay=np.float64(decay), dqn_gamma=np.float64(0.999), seg_lr_gamma=np.float64(0.998),
         dqn_lr_gamma=np.float64(0.97))


def main():
    save_evaluation()
    save_small()
    save_double_dqn()
    save_schedules()


if __name__ == "__main__":
    main()
