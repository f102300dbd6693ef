"""Runs Assay and its peers in turns on the same arrays, compares results before it believes any time."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


class Assay:
    """`java/assay kernel`: the kernel alone, arrays in memory."""

    def __init__(self, threads, repeats):
        self.threads, self.repeats = threads, repeats
        self.folder = tempfile.TemporaryDirectory(prefix="assay-peers-")

    def store(self, name, arrays):
        path = os.path.join(self.folder.name, name + ".npz")
        np.savez(path, **arrays)
        return path

    def kernel(self, name, source, settings=None, repeats=None):
        """Median milliseconds of `repeats` runs, and the arrays of the result."""
        out = os.path.join(self.folder.name, "out.npz")
        command = [os.path.join(ROOT, "java", "assay"), "kernel", name, "--in", source, "--out", out, "--backend", "cpu",
                   "--threads", str(self.threads), "--repeat", str(repeats or self.repeats), "--json", "--quiet"]
        for key, value in (settings or {}).items():
            command += ["--set", f"{key}={value}"]
        return self._run(command, out)

    def ralis_state(self, source):
        """The whole state through dev.assay.bench.RalisStatePeer; bench/jmh must have been built."""
        target = os.path.join(ROOT, "bench", "jmh", "target")
        if not os.path.isdir(os.path.join(target, "lib")):
            sys.exit("bench/jmh is not built: run bench/jmh/run -l")
        out = os.path.join(self.folder.name, "out.npz")
        command = ["java", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED", "-Dorg.bytedeco.javacpp.maxBytes=0",
                   "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                   "-Dorg.bytedeco.javacpp.cachedir=" + os.path.join(target, "javacpp-cache"),
                   "-cp", f"{target}/classes:{target}/lib/*", "dev.assay.bench.RalisStatePeer", source, out,
                   str(self.threads), str(self.repeats)]
        return self._run(command, out)

    def _run(self, command, out):
        """The last line of stdout is JSON with median_ms; arrays are in `out`."""
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
        with np.load(out) as arrays:
            return json.loads(done.stdout.splitlines()[-1])["median_ms"], dict(arrays)


@dataclass
class Side:
    """One way to the result: `run` returns it; Assay's also returns its milliseconds."""
    name: str
    run: object
    reports_time: bool = False
    repeats: int = 0  # 0: as many as asked for
    scale: float = 1  # a part of the problem was run: what to multiply the time with
    note: str = ""


@dataclass
class Case:
    name: str
    sides: list  # the first is Assay
    check: object  # check(result of Assay, result of a peer, name of the peer); asserts
    skipped: dict = field(default_factory=dict)


def timed(side):
    start = time.perf_counter()
    result = side.run()
    elapsed = 1e3 * (time.perf_counter() - start)
    return result if side.reports_time else (elapsed, result)


def measure(case, rounds, repeats):
    """Checks every side against Assay, then times all of them in turns; a row per side."""
    ours, *peers = case.sides
    results = {side.name: timed(side) for side in case.sides}
    for side in peers:
        case.check(results[ours.name][1], results[side.name][1], side.name)
    times = {side.name: [] for side in case.sides}
    for side in case.sides:
        if side.repeats == 1:
            times[side.name].append(results[side.name][0])
    for _ in range(rounds):
        for side in case.sides:
            if side.repeats == 1:
                continue
            for _ in range(1 if side.reports_time else repeats):
                times[side.name].append(timed(side)[0])
    medians = {side.name: statistics.median(times[side.name]) * side.scale for side in case.sides}
    rows = [{"case": case.name, "side": side.name, "median_ms": round(medians[side.name], 4),
             "min_ms": round(min(times[side.name]) * side.scale, 4), "samples": len(times[side.name]),
             "times_assay": round(medians[side.name] / medians[ours.name], 2), "note": side.note}
            for side in case.sides]
    rows += [{"case": case.name, "side": name, "note": "left out: " + why} for name, why in case.skipped.items()]
    return rows


def print_table(rows):
    print(f"{'case':<34} {'side':<34} {'median ms':>12} {'min ms':>12} {'x Assay':>9}  note", file=sys.stderr)
    for row in rows:
        numbers = (f"{row['median_ms']:>12.3f} {row['min_ms']:>12.3f} {row['times_assay']:>9.2f}" if "median_ms" in row
                   else " " * 35)
        print(f"{row['case']:<34} {row['side']:<34} {numbers}  {row['note']}", file=sys.stderr)


def close(ours, theirs, absolute, relative, what):
    worst = np.max(np.abs(ours - theirs) - relative * np.abs(theirs))
    assert worst <= absolute, f"{what}: differs by {worst:.3e}, more than {absolute:.1e} + {relative:.1e} of the value"


def mostly_equal(ours, theirs, share, what):
    """Near-ties may fall either way in a peer's rounded values."""
    wrong = np.mean(np.asarray(ours) != np.asarray(theirs))
    assert wrong <= share, f"{what}: {wrong:.2e} of the values differ"
