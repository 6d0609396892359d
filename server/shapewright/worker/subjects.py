"""What an error of Python's is about: whether tensors take part in it, and whether it is sure to happen on real ones.

Asked where Python itself refuses an expression of the user's: a call with the wrong arguments, an attribute that is not
there, an index or a key out of range.
"""

from __future__ import annotations

import ast
import re
import sys
from types import BuiltinFunctionType, FrameType, ModuleType
from typing import Any

import torch

from shapewright.worker.batches import Batches
from shapewright.worker.frames import resolved
from shapewright.worker.sites import FileSites, Where, where
from shapewright.worker.unknown import is_unknown

_MISBOUND = re.compile(r"\(\) (got multiple values for|got an unexpected keyword|takes .* positional arguments?)")
_OURS = re.compile(r"Fake|__sw_|'Unknown\w*'|<unknown>|SoftInt|shapewright")


def said(error: BaseException) -> str | None:
    """The error's text as it is with real tensors; None where it speaks of what only we know."""
    text = re.sub(r"\bFakeTensor\b", "Tensor", str(error))
    return None if _OURS.search(text) else text


def node_at(table: FileSites, at: Where) -> ast.expr | None:
    """The expression at exactly this range."""
    found = [n for n in ast.walk(table.tree()) if isinstance(n, ast.expr) and where(n) == at]
    return found[-1] if found else None


class Subject:
    """The refused expression. `last` are the recorded values of the file's sites."""

    def __init__(self, table: FileSites, at: Where, frame: FrameType, last: list[Any]) -> None:
        self.table, self.frame, self.last = table, frame, last
        self.node = node_at(table, at)

    def is_certain(self, error: BaseException, whole: bool) -> bool:
        """Whether the error is one about tensors that happens on real ones too.

        `whole`: nothing failed before and no package is missing, so that what is not there was never put there.
        """
        node = self.node
        if self.is_misbound(error):
            return True
        if isinstance(error, AttributeError):
            return self._lacks(error, whole)
        if isinstance(error, TypeError):
            return isinstance(node, ast.Call) and self._is_refused_call(node, whole and "argument" in str(error))
        if isinstance(node, ast.Subscript):
            return self._is_outside(error, node, whole)
        return False

    def is_misbound(self, error: BaseException) -> bool:
        """Whether arguments were given to something of PyTorch that has no place for them, whatever their values."""
        node = self.node
        if not isinstance(error, TypeError) or not isinstance(node, ast.Call) or not _MISBOUND.search(str(error)):
            return False
        starred = any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)
        callee = resolved(node.func, self.frame)
        if isinstance(callee, BuiltinFunctionType) and "() takes " in str(error):
            return False  # which of its signatures is meant follows from the first argument's value
        return not starred and is_torch(callee)

    def _is_refused_call(self, node: ast.Call, whole: bool) -> bool:
        callee = resolved(node.func, self.frame)
        holder = getattr(callee, "__self__", None)
        if isinstance(holder, torch.nn.Module) and not is_torch(type(holder)):
            return whole
        if is_torch(callee):
            return True
        return whole and isinstance(callee, type) and issubclass(callee, torch.nn.Module)

    def _lacks(self, error: AttributeError, whole: bool) -> bool:
        """A function that PyTorch does not have, or an attribute of tensors asked of something else."""
        holder, name = error.obj, str(error.name)
        if isinstance(holder, ModuleType):
            if any(
                known.startswith(name) for known in dir(holder)
            ):  # the beginning of a name that is still being typed
                return False
            real = getattr(holder, "__spec__", None) is not None and not hasattr(holder, "__sw_stand_in__")
            return real and holder.__name__.split(".")[0] == "torch" and not name.startswith("_")
        if isinstance(holder, Batches):
            return name == "next"
        if not hasattr(torch.Tensor, name) or not isinstance(self.node, ast.Attribute):
            return False
        if type(holder) in (list, tuple, dict, str):
            return whole
        if type(holder) in (int, float, bool, type(None)):
            return whole and self._is_final(self.node.value, holder)
        return False

    def _is_final(self, receiver: ast.expr, holder: Any) -> bool:
        """Whether the number, or None, is what a call gave or a name was bound to for good.

        One that a loop, a branch or a caller may replace is not.
        """
        if isinstance(receiver, ast.Call):
            return True
        if not isinstance(receiver, ast.Name):
            return False
        code = self.frame.f_code
        if receiver.id in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            return False
        if type(holder) is float:
            return True
        compound = (ast.For, ast.While, ast.If, ast.Try, ast.With, ast.AsyncFor)
        return not any(
            isinstance(inner, ast.Name) and inner.id == receiver.id and isinstance(inner.ctx, ast.Store)
            for outer in ast.walk(self.table.tree())
            if isinstance(outer, compound)
            for inner in ast.walk(outer)
        )

    def _is_outside(self, error: BaseException, node: ast.Subscript, whole: bool) -> bool:
        """An index of a shape or of a tensor's list, or a key of a dict of tensors, that is written in the file."""
        if not all(isinstance(n, (ast.Constant, ast.UnaryOp, ast.USub)) for n in ast.walk(node.slice)):
            return False
        holder = self._recorded(node.value)
        if isinstance(error, IndexError):
            return isinstance(holder, torch.Size) or (
                isinstance(node.value, ast.Call)
                and isinstance(holder, list)
                and not is_unknown(holder)
                and isinstance(self._recorded(getattr(node.value.func, "value", None)), torch.Tensor)
            )
        return (
            isinstance(error, KeyError)
            and whole
            and isinstance(holder, dict)
            and any(isinstance(v, torch.Tensor) for v in holder.values())
            and all(type(k) in (str, int) for k in holder)
        )

    def may_be_replaced(self) -> bool:
        """Whether what the expression holds was made from a name that a branch binds anew which was not taken here.

        With the numbers of real data it may be.
        """
        if self.node is None:
            return False
        tree = self.table.tree()
        names = {n.id for n in ast.walk(self.node) if isinstance(n, ast.Name)}
        bindings = [n for n in ast.walk(tree) if isinstance(n, ast.Assign)]
        for _ in range(3):
            for binding in bindings:
                if any(isinstance(t, ast.Name) and t.id in names for t in binding.targets):
                    names |= {n.id for n in ast.walk(binding.value) if isinstance(n, ast.Name)}
        bound = (n for branch in ast.walk(tree) if isinstance(branch, ast.If) for n in ast.walk(branch))
        held = {self.table.sites[number].where for number, value in enumerate(self.last) if value is not None}
        return any(
            isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id in names and where(n) not in held
            for n in bound
        )

    def _recorded(self, node: ast.expr | None) -> Any:
        if node is None:
            return None
        at = where(node)
        for number, value in enumerate(self.last):
            if value is not None and self.table.sites[number].where == at:
                return value
        return resolved(node, self.frame)


def is_torch(callee: Any) -> bool:
    """Whether it is a function, a class or a method of PyTorch."""
    holder = getattr(callee, "__self__", None)
    kind = holder if isinstance(holder, (type, ModuleType)) else type(holder)
    names = [getattr(callee, "__module__", None), getattr(kind, "__module__", None), getattr(kind, "__name__", None)]
    return any(isinstance(n, str) and n.split(".")[0] == "torch" for n in names) and "torch" in sys.modules
