"""Failures that no size changes: Python's own, and those of layers that check in Python."""

from __future__ import annotations

import builtins
import re
import sys
from typing import Any

from torch import nn

from shapewright.worker.probing import Probe, Stop
from shapewright.worker.targets.local import Call
from shapewright.worker.targets.plans import Plan
from shapewright.worker.targets.search import Search

_WIDTHS = {nn.RNNBase: "input_size", nn.RNNCellBase: "input_size", nn.MultiheadAttention: "embed_dim"}
_RANK = re.compile(
    r"expected .*\dD|Expected .*\dD|unbatched|must be Tensor, not (list|tuple)"
    r"|'(list|tuple|dict)' object has no attribute"
)
_SEQUENCE = re.compile(
    r"(tuple|list) indices must be integers or slices, not (tuple|str)|'(tuple|list)' object has no attribute"
    r"|(can't|unsupported operand).*'(tuple|list)'|bad operand type for unary \S+ '(tuple|list)'"
    r"|can only concatenate (tuple|list)"
)
"""A tuple or a list in a tensor's place."""
_UNPACKED = re.compile(r"(too many|not enough) values to unpack")


def is_structural(search: Search, plan: Plan, reached: Probe) -> bool:
    """Whether Python raised for a reason that no input changes.

    A name or a layer that there is not, and nothing sets; the tuple that a layer gives, taken for a tensor; a shape
    with another number of sizes.
    """
    stop, watch = reached.stop, reached.watch
    assert stop is not None and watch is not None
    error = stop.error
    if isinstance(error, NameError):
        return not isinstance(error, UnboundLocalError) and not _is_known(error)
    if isinstance(error, AttributeError) and isinstance(error.obj, nn.Module) and error.name:
        return not type(error.obj).__module__.startswith("torch.") and not search.sets(str(error.name))
    if not watch.fed or any(path not in watch.fed for path in plan.tensors()):
        return False
    if any(spec.kind not in ("tensor", "value") for spec in plan.inputs.values()):
        return False
    text = str(error)
    if isinstance(error, (TypeError, AttributeError)):
        return bool(_SEQUENCE.search(text))
    return isinstance(error, ValueError) and bool(_UNPACKED.match(text)) and not _is_raised(error)


def _is_known(error: NameError) -> bool:
    """Whether the name is one of a module that is loaded: it may be there another time."""
    name = error.name or ""
    if hasattr(builtins, name):
        return True
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is None or name in traceback.tb_frame.f_globals or name.startswith("__")


def _is_raised(error: BaseException) -> bool:
    """Whether a `raise` of the program made the error."""
    import dis

    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return True
    code, at = traceback.tb_frame.f_code, traceback.tb_lasti
    return any(i.offset == at and "RAISE" in i.opname for i in dis.get_instructions(code)) or sys.version_info < (3, 10)


def module_fails(first: Call, alike: list[Call]) -> bool:
    """Whether a layer that checks in Python refuses every input of the kind that it gets.

    Its last dimension is a constant that is not the layer's, or its rank is one, or it is no tensor.
    """
    module = first.stop.func
    for kind, attribute in _WIDTHS.items():
        if isinstance(module, kind) and first.shapes and first.shapes[0]:
            last = {c.shapes[0][-1] for c in alike}
            if len(last) == 1 and last != {getattr(module, attribute)}:
                return True
    return all(_RANK.search(_text(c.stop)) for c in alike)


def _text(stop: Stop) -> str:
    error: Any = stop.error
    return str(error)
