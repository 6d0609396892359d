"""What the instrumented code calls: one set of hooks for each file."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from types import FrameType
from typing import Any

import torch
from torch.nn.parameter import UninitializedTensorMixin  # pyright: ignore[reportAttributeAccessIssue]  # not in its stub

from shapewright import wire
from shapewright.worker import lenient, stored, unsized
from shapewright.worker.constructors import TYPES, Constructors
from shapewright.worker.info import describe, info_of, known_values, no_dispatch
from shapewright.worker.instrument import names
from shapewright.worker.python_errors import PythonErrors
from shapewright.worker.sites import FileSites
from shapewright.worker.state import Sighted, State
from shapewright.worker.symbols import named
from shapewright.worker.unknown import MAGIC, SoftInt, Unknown, decide, opposite, shaped_like
from shapewright.worker.unpacking import refusal, unpack

TRAINING_ROUNDS = 4
"""A loop that trains goes round this often, and then once more with its last item (a smaller last batch)."""
UNKNOWN_ROUNDS = 3
LIMIT = 200_000
LONG_LOOP = 1.0
"""Seconds of processor time after which a loop is left; less once that happened before."""
IDLE_LOOP = 2.0
"""The same for all rounds of a loop in which no torch call was made, however often the loop was entered."""
MANY = 256
"""Rounds of a comprehension after which the time is looked at."""
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
        self.unsure: set[int] = set()
        """Loops that went round as often as nobody knows."""
        self.idle: dict[int, float] = {}
        """Seconds spent in loops that make no torch call."""
        state.last[table.path] = self.last

    def by_name(self) -> dict[str, Any]:
        """The names that the instrumented code uses."""
        return {
            names.VALUE: self.value,
            names.ERROR: self.error,
            names.ITERATE: self.iterate,
            names.WHILE: self.loop,
            names.TEST: self.test,
            names.UNPACK: unpack,
            names.CATCH: Exception,
            names.CAUGHT: self.caught,
            names.TYPE: type_of,
            names.NOT: not_,
            names.WITHIN: within,
            names.FILLED: self.filled,
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

    def iterate(self, number: int, iterable: Any, pattern: Any, cuts: int) -> Any:
        """The items of a loop, bounded; Unknown gives one item of the structure that the loop unpacks."""
        if type(iterable) is Unknown:
            Unknown.decided = True
            self.unsure.add(number)
            known = iterable._sw_facts is not None
            items = (unpack(item, pattern) for item in iterable) if known else (shaped_like(pattern),)
            return unsized.watched(items, sys._getframe(1))
        if _has_unknown_length(iterable):
            iterable = unsized.mark(iterable[:UNKNOWN_ROUNDS])
        if unsized.is_unsized(iterable):
            self.unsure.add(number)
            if type(iterable) is range:  # nobody knows that there is more than the first
                iterable = [i if i == iterable.start else SoftInt(i) for i in iterable]
            items = iterable if pattern is None else (unpack(item, pattern) for item in iterable)
            return unsized.watched(
                self._items(number, iterable, pattern, sys._getframe(1)) if cuts else items, sys._getframe(1)
            )
        if not cuts:
            if type(iterable) is range or (pattern is None and isinstance(iterable, (list, tuple, dict))):
                if len(iterable) < MANY:
                    return iterable
            elif pattern is None and isinstance(iterable, torch.Tensor):
                return iterable
            return self._comprehended(number, iterable, pattern, sys._getframe(1))
        return self._items(number, iterable, pattern, sys._getframe(1))

    def filled(self, first: int, last: int, value: Any) -> Any:
        """What a comprehension made, whose loops are the sites from `first` to `last`."""
        return unsized.mark(value) if any(first <= number < last for number in self.unsure) else value

    def _items(self, number: int, iterable: Any, pattern: Any, frame: FrameType) -> Iterator[Any]:
        """The items, as many as make sense; what a loop fills that was left early is of unknown length."""
        before, skipped, left = unsized.lengths(frame), self.state.skipped, list[bool]()
        try:
            yield from self._rounds(number, iterable, pattern, frame, left)
        finally:
            if left or self.state.skipped > skipped:
                unsized.grown(frame, before)

    def _rounds(self, number: int, iterable: Any, pattern: Any, frame: FrameType, left: list[bool]) -> Iterator[Any]:
        """The items; something is put into `left` where there are more."""
        state = self.state
        try:
            iterator = iter(iterable)
        except Exception as error:
            self._header(error, frame)
            yield shaped_like(pattern)
            return
        events, count, started = state.training_events, 0, time.process_time()
        operations, idle = state.operations, self.idle.get(number, 0.0)
        while True:
            try:
                item = next(iterator)
            except StopIteration:
                return
            except Exception as error:
                self._header(error, frame)
                left.append(True)
                if not count:
                    yield shaped_like(pattern)
                return
            count += 1
            if pattern is not None and (refused := refusal(item, pattern)) is not None:
                self.last[number] = item
                self._header(_raised(refused), frame)
                yield shaped_like(pattern)
                return
            yield unpack(item, pattern)
            if count % 8 == 0:
                state.check_time()
                spent = time.process_time() - started
                if state.operations == operations:
                    self.idle[number] = idle + spent
                    if self.idle[number] > IDLE_LOOP:
                        left.append(True)
                        return
                if spent > LONG_LOOP / (1 + state.long_loops):
                    state.long_loops += 1
                    left.append(True)
                    state.notes.append(
                        f"a loop was left after {count} rounds, {self.table.path}:{self.table.sites[number].where[0]}"
                    )
                    return
            if count >= TRAINING_ROUNDS and state.training_events > events:
                if not isinstance(iterable, (range, list, tuple)):
                    left.append(True)
                elif len(iterable) > count:
                    if len(iterable) > count + 1:
                        left.append(True)
                    yield unpack(iterable[-1], pattern)
                return
            if count >= LIMIT:
                left.append(True)
                return

    def _comprehended(self, number: int, iterable: Any, pattern: Any, frame: FrameType) -> Iterator[Any]:
        """The items, all of them: a comprehension is not left early."""
        skipped = self.state.skipped
        for count, item in enumerate(iterable):
            if count % MANY == MANY - 1:
                self.state.check_time()
            if self.state.skipped > skipped:
                self.unsure.add(number)
            yield item if pattern is None else unpack(item, pattern)

    def _header(self, error: Exception, frame: Any) -> None:
        if self.errors.goes_on(error, frame):
            raise error
        self.errors.consider(error, frame)

    def loop(self, number: int, test: Any) -> Any:
        """The test of a `while`, false once the loop went round often enough."""
        frame = sys._getframe(1)
        key = (id(frame), number)
        events, now = self.state.training_events, time.process_time()
        first = self.state.branches.get(key) or (0, events, now, unsized.lengths(frame))
        count, events, started, before = first
        unsure = _is_unsure(test)
        limit = UNKNOWN_ROUNDS if unsure else TRAINING_ROUNDS if self.state.training_events > events else LIMIT
        if count % 8 == 7:
            self.state.check_time()
            if now - started > LONG_LOOP / (1 + self.state.long_loops):
                self.state.long_loops += 1
                limit = 0
        if count >= limit or (not unsure and not test):
            self.state.branches.pop(key, None)
            if unsure or test:
                unsized.grown(frame, before)
            return False
        self.state.branches[key] = (count + 1, events, started, before)
        return True

    def test(self, number: int, value: Any, first: int) -> Any:
        """The test of a branch. One that nobody can know takes one side, then the other, but none that leaves."""
        if not _is_unsure(value):
            return value
        Unknown.decided |= not isinstance(value, torch.Tensor)
        side = first == names.ALWAYS
        if first in (names.BOTH, names.ELSE_FIRST):
            key = (self.table.path, number)
            count = self.state.branches[key] = self.state.branches.get(key, 0) + 1
            side = count % 2 == (first == names.BOTH)
        return decide(value, side) if type(value) is Unknown else side


def _has_unknown_length(iterable: Any) -> bool:
    """Whether a range, or a tensor's first dimension, came from an unknown size."""
    if type(iterable) is range:
        return len(iterable) >= MAGIC and len(iterable) % MAGIC == 0
    if isinstance(iterable, torch.Tensor):
        with no_dispatch():
            return iterable.dim() > 0 and iterable.shape[0] >= MAGIC and iterable.shape[0] % MAGIC == 0
    return False


def _is_unsure(value: Any) -> bool:
    if type(value) is Unknown or type(value) is SoftInt:
        return True
    if isinstance(value, torch.Tensor):
        with no_dispatch():
            single = value.numel() == 1
        return single and known_values(value) is None
    return False


def not_(value: Any) -> Any:
    """`not value`."""
    if type(value) is Unknown:
        return opposite(value)
    return Unknown() if _is_unsure(value) else not value


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


def _raised(error: Exception) -> Exception:
    """The error as Python would have raised it in the user's code."""
    try:
        raise error
    except Exception as raised:
        raised.__sw_foreign__ = True  # type: ignore[attr-defined]  # said in the name of Python itself
        return raised


def type_of(value: Any) -> Any:
    """`type(x)`, which for a fake tensor is what it would be for a real one."""
    if isinstance(value, torch.nn.Parameter):
        return torch.nn.Parameter
    if isinstance(value, torch.Tensor):
        return torch.Tensor
    return type(value)
