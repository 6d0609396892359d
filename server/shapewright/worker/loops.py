"""Loops of the program, bounded: how often each goes round, and what is said of what they fill."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import torch

from shapewright.worker import unsized
from shapewright.worker.info import known_values, no_dispatch
from shapewright.worker.python_errors import PythonErrors
from shapewright.worker.sites import FileSites
from shapewright.worker.state import State
from shapewright.worker.unknown import MAGIC, SoftInt, Unknown, shaped_like
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


class Loops:
    """The loops of one file. `last` gets what a header failed with."""

    def __init__(self, table: FileSites, state: State, errors: PythonErrors, last: list[Any]) -> None:
        self.table, self.state, self.errors, self.last = table, state, errors, last
        self.unsure: set[int] = set()
        """Loops that went round as often as nobody knows."""
        self.idle: dict[int, float] = {}
        """Seconds spent in loops that make no torch call."""

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

    def goes_on(self, number: int, test: Any) -> Any:
        """The test of a `while`, false once the loop went round often enough."""
        frame = sys._getframe(1)
        key = (id(frame), number)
        events, now = self.state.training_events, time.process_time()
        first = self.state.branches.get(key) or (0, events, now, unsized.lengths(frame))
        count, events, started, before = first
        unsure = is_unsure(test)
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


def is_unsure(value: Any) -> bool:
    """Whether nobody can know if a value is true."""
    if type(value) is Unknown or type(value) is SoftInt:
        return True
    if isinstance(value, torch.Tensor):
        with no_dispatch():
            single = value.numel() == 1
        return single and known_values(value) is None
    return False


def _has_unknown_length(iterable: Any) -> bool:
    """Whether a range, or a tensor's first dimension, came from an unknown size."""
    if type(iterable) is range:
        return len(iterable) >= MAGIC and len(iterable) % MAGIC == 0
    if isinstance(iterable, torch.Tensor):
        with no_dispatch():
            return iterable.dim() > 0 and iterable.shape[0] >= MAGIC and iterable.shape[0] % MAGIC == 0
    return False


def _raised(error: Exception) -> Exception:
    """The error as Python would have raised it in the user's code."""
    try:
        raise error
    except Exception as raised:
        raised.__sw_foreign__ = True  # type: ignore[attr-defined]  # said in the name of Python itself
        return raised
