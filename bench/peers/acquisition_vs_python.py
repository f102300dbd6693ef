#!/usr/bin/env python3
"""How fast is Assay's acquisition next to PyTorch, NumPy and the papers' public code, in one run on one machine?

Every case hands the same arrays to all sides, compares the results, and then times the sides in turns: Assay through
`java/assay kernel` and, for the RALIS state, a small Java program (arrays in memory), the others in this process. A table
goes to stderr, JSON lines to stdout. The peers are the best we could write; a faster one is a bug report.

    python3 bench/peers/acquisition_vs_python.py [--case ralis_state,bald,mixtures,k_center] [--threads N] [--rounds N]
        [--repeats N] [--no-compile] [--public-code DIR]

DIR holds clones of the papers' repositories, see acquisition/public_code.py; without it those sides are left out.
Needs torch and numpy (and scipy for the public RALIS code), none of which Assay needs.
"""
import argparse
import importlib
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "acquisition"))

try:
    import torch
except ImportError as absent:
    sys.exit(f"acquisition_vs_python: {absent.name} is not installed: "
             "python3 -m venv venv && venv/bin/pip install torch numpy")

import harness

CASES = ["ralis_state", "bald", "mixtures", "k_center"]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", default=",".join(CASES), help="some of " + ", ".join(CASES))
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=3, help="turns that every side gets")
    parser.add_argument("--repeats", type=int, default=5, help="runs per turn")
    parser.add_argument("--no-compile", dest="compile", action="store_false", help="leave torch.compile out")
    parser.add_argument("--public-code", metavar="DIR", help="clones of the papers' repositories")
    options = parser.parse_args()
    unknown = set(options.case.split(",")) - set(CASES)
    if unknown:
        parser.error(f"--case {', '.join(sorted(unknown))}: expected some of {', '.join(CASES)}")
    return options


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    assay = harness.Assay(options.threads, options.repeats)
    rows = []
    for name in options.case.split(","):
        generator = torch.Generator().manual_seed(0)
        for case in importlib.import_module(name).cases(options, assay, generator):
            for row in harness.measure(case, options.rounds, options.repeats):
                row.update(threads=options.threads, torch=torch.__version__)
                print(json.dumps(row), flush=True)
                rows.append(row)
    harness.print_table(rows)


if __name__ == "__main__":
    main()
