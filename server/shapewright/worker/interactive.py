"""What a notebook has that a script has not: IPython's names, and `await` outside of functions."""

from __future__ import annotations

import inspect
from types import CodeType
from typing import Any

from shapewright.worker.unknown import Unknown

_NAMES = ("display", "get_ipython", "In", "Out", "_", "__", "___", "_i", "_ii", "_iii", "_dh", "_ih", "_oh")
_STEPS = 1000


def bind(path: str, names: dict[str, Any]) -> None:
    """Give the program of a notebook the names that IPython gives it; what they stand for is Unknown."""
    if path.endswith(".ipynb"):
        for name in _NAMES:
            names.setdefault(name, Unknown(name))


def execute(code: CodeType, names: dict[str, Any]) -> None:
    """Run a statement; where it waits, as far as it goes without anything that it would have to wait for."""
    value = eval(code, names)
    if not inspect.iscoroutine(value):
        return
    try:
        for _ in range(_STEPS):
            value.send(None)
    except StopIteration:
        pass
    except RuntimeError as error:
        if "event loop" not in str(error):
            raise
    finally:
        value.close()
