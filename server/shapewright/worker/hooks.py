"""What the instrumented code calls: one set of hooks for each file."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import torch
from torch.nn.parameter import UninitializedTensorMixin  # pyright: ignore[reportAttributeAccessIssue]  # not in its stub

from shapewright import wire
from shapewright.worker import lenient, stored
from shapewright.worker.constructors import TYPES, Constructors
from shapewright.worker.info import describe, info_of, no_dispatch
from shapewright.worker.instrument import names
from shapewright.worker.loops import Loops, is_unsure
from shapewright.worker.python_errors import PythonErrors
from shapewright.worker.sites import FileSites
from shapewright.worker.state import Sighted, State
from shapewright.worker.symbols import named
from shapewright.worker.unknown import SoftInt, Unknown, decide, opposite
from shapewright.worker.unpacking import unpack

DISTINCT = 12
"""Distinct values kept for one place."""

_IGNORED: set[type] = {
    str,
    type(None),
    type,
    bool,
    bytes,
    type(sys),
    type(len),
    type(lambda: 0),
    type(Unknown.__call__),
    type(torch.relu),
}


class Hooks:
    """The hooks of one file."""

    def __init__(self, table: FileSites, state: State, errors: PythonErrors, record: bool) -> None:
        self.constructors = Constructors(state)
        self.table, self.state, self.errors, self.record = table, state, errors, record
        count = len(table.sites)
        self.last: list[Any] = [None] * count
        self.seen: list[Any] = [None] * count
        state.last[table.path] = self.last
        self.loops = Loops(table, state, errors, self.last)

    def by_name(self) -> dict[str, Any]:
        """The names that the instrumented code uses."""
        return {
            names.VALUE: self.value,
            names.ERROR: self.error,
            names.ITERATE: self.loops.iterate,
            names.WHILE: self.loops.goes_on,
            names.TEST: self.test,
            names.UNPACK: unpack,
            names.CATCH: Exception,
            names.CAUGHT: self.caught,
            names.TYPE: type_of,
            names.NOT: not_,
            names.WITHIN: within,
            names.FILLED: self.loops.filled,
            names.ATTRIBUTE: stored.attribute,
            names.ITEMS: stored.Items,
            **{f"__sw_{name}__": function for name, function in lenient.CALLS.items()},
        }

    # --------------------------------------------------------------------------------------------------- values

    def value(self, number: int, value: Any) -> Any:
        """Record what an expression holds; returns it."""
        kind = type(value)
        if kind in _IGNORED:
            return value
        if kind is int and not self.state.probing and (seen := self.seen[number]) is not None:
            self.last[number] = value
            if value in seen or len(seen) >= DISTINCT:  # a comprehension may count through millions
                return value
        if self.state.probing and kind not in TYPES:
            if not self.state.hasty:  # what is kept alive here would count as memory of the model
                self.last[number] = value
            if self.state.sighted is not None and isinstance(value, torch.Tensor):
                self._sight(number, value, self.state.sighted)
            return value
        if kind in TYPES:
            return self.constructors.callee(value) if self.table.sites[number].role == "callee" else value
        self.last[number] = value
        if isinstance(value, torch.Tensor):
            if isinstance(value, UninitializedTensorMixin):
                self.last[number] = None
                return value
            info = info_of(value)
            with no_dispatch():
                signature: Any = (value.shape, value.dtype, info.device if info else None, info.soft if info else None)
        elif kind is int or kind is SoftInt:
            signature = value
        elif isinstance(value, torch.nn.Module):
            signature = id(value)
            site = self.table.sites[number]
            if site.role == "assignment":
                self.state.declarations.setdefault(value, wire.Span(self.table.path, *site.where))
            elif site.role == "expression" and value not in self.state.births:
                self.state.births[value] = wire.Span(self.table.path, *site.where)
        elif kind is torch.Size:
            signature = value
        elif kind is tuple or kind is list or isinstance(value, (tuple, dict)):
            if len(value) > 64:
                return value
            signature = tuple(_brief(v) for v in (value.values() if isinstance(value, dict) else value))
            if not any(signature):
                return value
        elif kind.__name__ == "ndarray":
            signature = (value.shape, value.dtype)
        else:
            return value
        seen = self.seen[number]
        if seen is None:
            self.seen[number] = [signature]
        elif signature in seen or len(seen) >= DISTINCT:
            return value
        else:
            seen.append(signature)
        if self.record:
            self._record(number, value)
        return value

    def _sight(self, number: int, value: torch.Tensor, sighted: Sighted) -> None:
        if not isinstance(value, UninitializedTensorMixin):
            with no_dispatch():
                shape = tuple(int(size) for size in value.shape)
            sighted.setdefault((self.table.path, self.table.sites[number].where), []).append(shape)

    def _record(self, number: int, value: Any) -> None:
        shown = describe(value)
        if shown is None:
            return
        shown = named(shown, self.state.symbols)
        if shown.module is not None:
            birth, declared = self.state.births.get(value), self.state.declarations.get(value)
            shown = replace(shown, module=replace(shown.module, birth=birth, declared=declared))
        site = self.table.sites[number]
        caller = None
        if site.function:
            frame = self.state.places.nearest(sys._getframe(2))
            outer = self.state.places.nearest(frame.f_back) if frame is not None else None
            at = self.state.places.raw(outer) if outer is not None else None
            if outer is not None and at is not None:
                caller = wire.Span(outer.f_code.co_filename, *at)
        span = wire.Span(self.table.path, *site.where)
        role = "attribute" if site.role == "callee" else site.role
        self.state.values.append(wire.ValueFact(span, shown, role, self.state.source, site.name, caller))

    # ---------------------------------------------------------------------------------------------------- errors

    def error(self, index: int) -> Any:
        """A guarded statement raised: Unknown takes the place of what it would have bound; or the exception goes on."""
        error = sys.exc_info()[1]
        assert isinstance(error, Exception)
        if self.errors.goes_on(error, sys._getframe(1)):
            raise error
        self.errors.consider(error, sys._getframe(1), self.table.statements[index])
        return Unknown()

    def caught(self, index: int) -> None:
        """A handler of the user's that only reports got an exception."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception):
            self.errors.consider(error, sys._getframe(1))

    # ---------------------------------------------------------------------------------------------------- control

    def test(self, number: int, value: Any, first: int) -> Any:
        """The test of a branch. One that nobody can know takes one side, then the other, but none that leaves."""
        if not is_unsure(value):
            return value
        Unknown.decided |= not isinstance(value, torch.Tensor)
        side = first == names.ALWAYS
        if first in (names.BOTH, names.ELSE_FIRST):
            key = (self.table.path, number)
            count = self.state.branches[key] = self.state.branches.get(key, 0) + 1
            side = count % 2 == (first == names.BOTH)
        return decide(value, side) if type(value) is Unknown else side


def not_(value: Any) -> Any:
    """`not value`."""
    if type(value) is Unknown:
        return opposite(value)
    return Unknown() if is_unsure(value) else not value


def within(item: Any, holder: Any, wanted: bool) -> Any:
    """`item in holder`, or `item not in holder`."""
    if type(item) in (Unknown, SoftInt) or type(holder) is Unknown:
        return Unknown()
    return (item in holder) is wanted


def _brief(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        with no_dispatch():
            return (value.shape, value.dtype)
    if type(value) is int:
        return (value,)
    if type(value).__name__ == "ndarray":
        return (value.shape, str(value.dtype))
    if isinstance(value, (tuple, list)) and len(value) <= 16:
        inner = tuple(_brief(v) for v in value)
        return inner if any(inner) else None
    return None


def type_of(value: Any) -> Any:
    """`type(x)`, which for a fake tensor is what it would be for a real one."""
    if isinstance(value, torch.nn.Parameter):
        return torch.nn.Parameter
    if isinstance(value, torch.Tensor):
        return torch.Tensor
    return type(value)
