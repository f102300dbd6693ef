"""Functions of the papers' public code, from a folder that the user names. Nothing of it is part of Assay.

    git clone https://github.com/ArantxaCasanova/ralis DIR/ralis
    git clone https://github.com/sharat29ag/CDAL DIR/CDAL

Their modules import what the functions here never use, and move tensors to a GPU: missing imports become empty modules,
`.cuda()` returns its tensor.
"""
import importlib.util
import itertools
import os
import sys
import types

import numpy as np
import torch


def missing(folder, path):
    """Why the file cannot be used, or an empty string."""
    if folder is None:
        return "needs --public-code DIR"
    file = os.path.join(folder, path)
    return "" if os.path.exists(file) else f"{file} is not there"


def _load(path, name, stand_ins):
    kept = {key: sys.modules.get(key) for key in stand_ins}
    sys.modules.update(stand_ins)
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        for key, value in kept.items():
            if value is None:
                sys.modules.pop(key)
            else:
                sys.modules[key] = value


def _stand_in(name, *attributes):
    module = types.ModuleType(name)
    for attribute in attributes:
        setattr(module, attribute, None)
    return module


def ralis(folder):
    """models/model_utils.py of RALIS."""
    torch.Tensor.cuda = lambda tensor, *_: tensor
    stand_ins = {
        "models": _stand_in("models"), "utils": _stand_in("utils"),
        "models.query_network": _stand_in("models.query_network", "QueryNetworkDQN"),
        "models.fpn": _stand_in("models.fpn", "FPN50"),
        "models.fpn_bayesian": _stand_in("models.fpn_bayesian", "FPN50_bayesian"),
        "utils.final_utils": _stand_in("utils.final_utils", "get_logfile"),
        "utils.progressbar": _stand_in("utils.progressbar", "progress_bar"),
    }
    return _load(os.path.join(folder, "ralis/models/model_utils.py"), "public_ralis", stand_ins)


def _pairwise(a, b, metric):
    """What sklearn.metrics.pairwise_distances does with a callable metric."""
    out = np.empty((len(a), len(b)))
    for i, j in itertools.product(range(len(a)), range(len(b))):
        out[i, j] = metric(a[i], b[j])
    return out


def cdal(folder):
    """CDAL_CS.py of CDAL."""
    stand_ins = {}
    if importlib.util.find_spec("tqdm") is None:
        stand_ins["tqdm"] = _stand_in("tqdm", "tqdm")
    if importlib.util.find_spec("sklearn") is None:
        pairwise = _stand_in("sklearn.metrics.pairwise")
        pairwise.pairwise_distances = _pairwise
        stand_ins.update({"sklearn": _stand_in("sklearn"), "sklearn.metrics": _stand_in("sklearn.metrics"),
                          "sklearn.metrics.pairwise": pairwise})
    return _load(os.path.join(folder, "CDAL/CDAL_CS.py"), "public_cdal", stand_ins)
