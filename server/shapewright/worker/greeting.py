"""The first message of a worker: which Python and which torch will run the code."""

from __future__ import annotations

import os
import platform
import sys

from shapewright import wire

THREADS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def greet() -> wire.Hello:
    """Imports torch, on one thread and without a GPU, and says how that went."""
    # A forked child hangs for ever in its first parallel operation if its parent ever used the OpenMP pool.
    for name in THREADS:
        os.environ[name] = "1"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    torch, problem = None, ""
    try:
        import torch as module

        module.set_num_threads(1)
        torch = str(module.__version__)
    except ModuleNotFoundError as error:
        problem = f"No module named {error.name!r}"
    except BaseException as error:  # a broken installation may raise anything, and that is the answer
        problem = f"import torch failed: {type(error).__name__}: {error}"
    return wire.Hello(
        protocol=wire.PROTOCOL,
        python=platform.python_version(),
        executable=sys.executable,
        torch=torch,
        pid=os.getpid(),
        problem=problem,
    )
