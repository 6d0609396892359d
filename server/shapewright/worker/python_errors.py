"""Exceptions that reach a guard: which of them are mistakes about tensors, and certain.

An exception counts where Python or the library raised it, over values that are all known, and tensors or layers take
part. What the user raises on purpose, what the machine lacks (files, packages, permissions) and what follows from
something Unknown does not.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from types import FrameType, ModuleType
from typing import Any

import torch

from shapewright import wire
from shapewright.worker.failures import Reporter, is_plain
from shapewright.worker.frames import traceback_frames
from shapewright.worker.info import describe, is_soft, known_values
from shapewright.worker.probing import Stop
from shapewright.worker.sites import Where, inside
from shapewright.worker.stand_ins.kit import is_real, is_sure
from shapewright.worker.state import State
from shapewright.worker.subjects import Subject, said
from shapewright.worker.unbound import is_unbound
from shapewright.worker.unknown import Unknown, UnknownBase, is_unknown

_COUNTED = (
    RuntimeError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
    AssertionError,
    NotImplementedError,
    KeyError,
    NameError,
)
_UNMADE = "before Module.__init__() call"
_OF_NOTHING = re.compile(r"NoneType|empty parameter list|num_samples=0|non-empty|empty (list|sequence|iterable)")
"""What is said of something empty, or of nothing, which may be so only where the data is not."""
_LIBRARY = (
    "/torch/nn/modules/", "/torch/nn/functional", "/torch/nn/utils/", "/torch/nn/init", "/torch/nn/parameter",
    "/torch/optim/", "/torch/utils/data/", "/torch/distributions/", "/torch/functional", "/torch/_tensor.py",
    "/torch/autograd/", "/torch/_jit_internal", "/torch/_functorch/vmap", "/torch/_functorch/eager_transforms",
    "/torch/_functorch/apis", "/torch/amp/", "/einops/", "/torchvision/transforms/", "/torchvision/models/_utils",
)  # fmt: skip


class PythonErrors:
    """Judges the exceptions of one run."""

    def __init__(self, state: State, reporter: Reporter) -> None:
        self.state, self.reporter = state, reporter

    def goes_on(self, error: Exception, frame: FrameType) -> bool:
        """Whether a guard in `frame` must let the exception pass."""
        if isinstance(error, (StopIteration, StopAsyncIteration)):
            return True
        if self.state.places.caught_by_probe(frame, error):
            return True
        frames = self._workspace(error)
        raised_here = bool(frames) and frames[-1][0] is frame
        return raised_here and self._is_own_raise(error)

    def consider(self, error: Exception, frame: FrameType, statement: Where | None = None) -> None:
        """Report the exception if it is a certain mistake; otherwise remember what may be missing because of it.

        `statement` is the guarded one in `frame`.
        """
        if self.state.probing:
            stack = self._workspace(error)
            place = (stack[-1][0].f_code.co_filename, stack[-1][1]) if stack else None
            if self.state.accepted is not None and place in self.state.accepted:
                return
            raise Stop(error, place=place)
        if isinstance(error, ImportError):
            if error.name:
                self.state.missing.add(error.name)
            return
        holder = frame.f_locals.get("self")
        if frame.f_code.co_name == "__init__" and holder is not None:
            if _UNMADE in str(error) and any(holder is shaky for shaky in self.state.shaky):
                self.reporter.remember(error)  # the first assignment has said it
                return
            self.state.shaky.append(holder)
        if id(error) in self.state.handled:
            return
        if (own := _raised_by_us(error)) is not None:
            self.state.notes.append(f"internal: {type(error).__name__}: {error} ({own})")
            return
        count = len(self.state.failures)
        if self._is_own_raise(error):
            self._doubt(error, frame)
            Unknown.decided = True
            if frame.f_code.co_argcount:
                self.state.doubtful.append(frame)
            return
        if isinstance(error, _COUNTED) and is_plain(error) and not self.reporter.doubted(frame):
            try:
                self._report(error, frame, statement)
            except Exception as own:  # judging must never end the analysis
                self.state.notes.append(f"internal: {type(own).__name__}: {own} ({_raised_by_us(own)})")
        if isinstance(error, AssertionError) and frame.f_code.co_argcount:
            self.state.doubtful.append(frame)  # what it asked for is what the rest of the function relies on
        if len(self.state.failures) == count:
            self._doubt(error, frame)
        Unknown.decided = True  # the statement gave nothing, or only a part of what it should have
        self.reporter.remember(error)

    def _doubt(self, error: Exception, frame: FrameType) -> None:
        stack = self._workspace(error)
        deepest, at = stack[-1] if stack else (frame, self.state.places.raw(frame))
        self.reporter.doubt(error, (deepest.f_code.co_filename, at))

    def _workspace(self, error: BaseException) -> list[tuple[FrameType, Where]]:
        places = self.state.places
        found = [
            (f, places.raw(f, lasti)) for f, lasti in traceback_frames(error.__traceback__) if places.is_workspace(f)
        ]
        return [(f, at) for f, at in found if at is not None]

    def _is_own_raise(self, error: BaseException) -> bool:
        """Whether the user's own code raised it with a `raise` statement."""
        frames = traceback_frames(error.__traceback__)
        own = [(f, tb) for f, tb in frames if self.state.places.is_workspace(f)]
        if not own or frames[-1][0] is not own[-1][0]:
            return False
        at = self.state.places.raw(*own[-1])
        table = self.state.places.files[own[-1][0].f_code.co_filename]
        return at is not None and at[0] in table.raises

    def _report(self, error: Exception, frame: FrameType, statement: Where | None) -> None:
        stack = self._workspace(error)
        frames = traceback_frames(error.__traceback__)
        if not stack and self.state.places.is_workspace(frame) and (header := self.state.places.raw(frame)) is not None:
            stack = [(frame, header)]  # raised under the header of a loop, which no frame of the traceback shows
        if not stack:
            return
        deepest, at = stack[-1]
        last_file = _origin(frames)
        # A module may have code that refuses an attribute; it is no call of the library all the same.
        asked = isinstance(error, AttributeError) and isinstance(error.obj, ModuleType)
        in_library = frames[-1][0] is not deepest and not asked
        if self._failed_already(deepest.f_code.co_filename, at):
            return
        if (
            in_library
            and not getattr(error, "__sw_foreign__", False)
            and not is_real(error)
            and not any(part in last_file for part in _LIBRARY)
            and last_file != deepest.f_code.co_filename.replace("\\", "/")
            and not (isinstance(error, TypeError) and "/numpy/" in last_file)
        ):
            return
        if said(error) is None or (Unknown.decided and _OF_NOTHING.search(str(error))):
            return
        if isinstance(error, AttributeError) and self._is_half_made(error.obj):
            return
        if isinstance(error, AttributeError) and self.state.evidence != "script" and _may_be_array(error):
            return
        path = deepest.f_code.co_filename
        values = self._values_in(path, at)
        if not values and statement is not None and deepest is frame:
            # An unpacking fails at its target, where nothing is held yet.
            values = self._values_in(path, statement)
        if isinstance(error, AttributeError) and error.obj is not None and not any(v is error.obj for _, v in values):
            values.append((at, error.obj))
        around = values if statement is None or deepest is not frame else self._values_in(path, statement)
        subject = Subject(self.state.places.files[path], at, deepest, self.state.last.get(path, []))
        if isinstance(error, NameError):
            trees = [table.tree() for table in self.state.places.files.values()]
            if isinstance(error, UnboundLocalError) or in_library or not is_unbound(str(error.name), trees):
                return
            values = around
        sure = is_sure(error) or (not in_library and subject.is_misbound(error))
        if not sure and any(
            is_unknown(v) or _holds_unknown(v) or (isinstance(v, torch.Tensor) and is_soft(v))
            for _, v in [*values, *around]
        ):
            return
        tensors = [(w, v) for w, v in values if _concerns_tensors(v)]
        if not in_library:
            whole = not self.state.failures and not self.state.missing
            if not subject.is_certain(error, whole) and not _is_about(error, tensors):
                return
        if tensors and all(type(v).__name__ == "ndarray" for _, v in tensors) and subject.may_be_replaced():
            return
        facts = {"cause": "python"}
        if isinstance(error, AttributeError):
            facts["attribute"], facts["object"] = str(error.name), type(error.obj).__name__
            facts["near"] = " ".join(_near(error.obj, str(error.name)))
        operands = tuple(
            wire.Operand(_text(w), shown, wire.Span(path, *w))
            for w, v in tensors[:6]
            if (shown := describe(v)) is not None
        )
        outer = (
            self.state.places.stack(frame.f_back)
            if stack[0][0] is frame
            else self.state.places.stack(stack[0][0].f_back)
        )
        self.reporter.add(f"python.{type(error).__name__}", error, None, operands, {}, facts, stack=[*outer, *stack])

    def _is_half_made(self, holder: Any) -> bool:
        """Whether something failed while the object was made."""
        if any(holder is shaky for shaky in self.state.shaky):
            return True
        made = self.state.births.get(holder) if isinstance(holder, torch.nn.Module) else None
        return made is not None and self._failed_already(
            made.path, (made.line, made.column, made.end_line, made.end_column)
        )

    def _failed_already(self, path: str, at: Where) -> bool:
        """Whether a call in there failed before: then what is raised next follows from that."""
        around = self.state.places.shown(path, at), at
        spans = (f.span for f in self.state.failures if f.kind == "error" and f.span.path == path)
        failed = [(s.line, s.column, s.end_line, s.end_column) for s in spans]
        return any(inside(s, a) or inside(a, s) for s in failed for a in around)

    def _values_in(self, path: str, around: Where) -> list[tuple[Where, Any]]:
        """The recorded parts of the failing expression."""
        table, last = self.state.places.files[path], self.state.last.get(path, [])
        return [
            (table.sites[number].where, value)
            for number, value in enumerate(last)
            if value is not None and inside(table.sites[number].where, around)
        ]


_OWN = os.path.dirname(__file__)


def _may_be_array(error: AttributeError) -> bool:
    """Whether the tensor may be an input meant to be a NumPy array: its shape was written down, not its type."""
    array = getattr(sys.modules.get("numpy"), "ndarray", None)
    return isinstance(error.obj, torch.Tensor) and hasattr(array, str(error.name))


def _holds_unknown(value: Any) -> bool:
    """Whether a dict has something Unknown in it, or an object's class a base that is Unknown, or a module something
    Unknown where its layers or parameters should be."""
    if isinstance(value, dict):
        return any(map(is_unknown, value.values()))
    return UnknownBase in type(value).__mro__ or (
        isinstance(value, torch.nn.Module)
        and "_modules" in vars(value)
        and any(is_unknown(v) for m in value.modules() for v in vars(m).values())
    )


def _raised_by_us(error: BaseException) -> str | None:
    """Where in the worker itself the exception was raised: a mistake of ours, to be seen and to cause no finding."""
    frame, _ = traceback_frames(error.__traceback__)[-1]
    path = frame.f_code.co_filename
    if is_real(error) or getattr(error, "__sw_foreign__", False):  # it speaks for the package that it stands for
        return None
    # What stands in for a builtin refuses as the builtin does.
    own = path.startswith(_OWN) and not path.endswith("lenient.py")
    return f"{os.path.basename(path)}:{frame.f_lineno}" if own else None


def _near(holder: Any, name: str) -> list[str]:
    """The attributes of an object whose names are nearly `name`."""
    try:
        known = [n for n in dir(holder) if name.startswith("_") or not n.startswith("_")]
    except Exception:  # a `__dir__` of the program
        return []
    alike = [n for n in known if n.lower() == name.lower()]
    return list(dict.fromkeys([*alike, *difflib.get_close_matches(name, known, 3)]))[:3]


def _is_about(error: Exception, tensors: list[tuple[Where, Any]]) -> bool:
    """Whether what the expression holds shows that the error is about tensors, and not about their values."""
    if isinstance(error, KeyError):
        return False
    if isinstance(error, IndexError):
        shaped = [v for _, v in tensors if isinstance(v, (torch.Size, torch.Tensor))]
        return bool(shaped) and not any(isinstance(v, torch.Tensor) and known_values(v) is None for v in shaped)
    return bool(tensors)


_BELOW = ("/torch/__init__.py", "/torch/_refs/", "/torch/_prims_common/", "/shapewright/worker/lenient.py")
"""Where checks are kept that others call: who called them matters."""


def _origin(frames: list[tuple[FrameType, int]]) -> str:
    """The file that an exception speaks for."""
    files = [frame.f_code.co_filename.replace("\\", "/") for frame, _ in frames]
    while len(files) > 1 and any(part in files[-1] for part in _BELOW):
        files.pop()
    return files[-1]


def _text(at: Where) -> str:
    return f"{at[0]}:{at[1]}"


def _concerns_tensors(value: Any) -> bool:
    if (
        isinstance(value, (torch.Tensor, torch.nn.Module, torch.Size, torch.dtype, torch.device))
        or type(value).__name__ == "ndarray"
    ):
        return True
    return isinstance(value, (tuple, list)) and any(_concerns_tensors(v) for v in value[:8])
