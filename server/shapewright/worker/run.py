"""One analysis: the entry as a script, then the targets that the script did not reach."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
import time
import warnings
from types import ModuleType
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from shapewright import wire
from shapewright.worker import contracts, patches, silent, stand_ins, targets, unsized
from shapewright.worker.failures import Reporter
from shapewright.worker.graph import Recorder
from shapewright.worker.loader import WorkspaceLoader
from shapewright.worker.python_errors import PythonErrors
from shapewright.worker.state import OutOfTime, State
from shapewright.worker.tracer import Tracer
from shapewright.worker.unknown import Unknown

logging.getLogger("torch._subclasses.fake_tensor").setLevel(logging.CRITICAL)
_verdicts: dict[Any, Any] = {}
_RELATIVE = re.compile(r"^[ \t]*from[ \t]+(\.+)", re.MULTILINE)


def execute(run: wire.Run) -> wire.Trace:
    """Analyse `run.entry`. Raises SyntaxError where the entry's text does not parse, and nothing for what code does."""
    Unknown.differentiated = Unknown.decided = False
    unsized.reset()
    state = State(limit=run.options.deadline * 0.8, verdicts=_verdicts)
    reporter = Reporter(state)
    state.graphs = Recorder(state, reporter) if run.options.graphs else None
    state.contracts = contracts.Collector(state, run) if run.options.probes else None
    found: tuple[wire.Contract, ...] = ()
    errors = PythonErrors(state, reporter)
    loader = WorkspaceLoader(state, errors, dict(run.texts), run.roots, run.options.values)
    module = ModuleType("__main__")
    module.__file__ = run.entry
    started = time.monotonic()
    statuses: list[wire.TargetStatus] = []
    with _environment(run, loader, module), patches.applied(state, reporter):
        fake = FakeTensorMode(allow_non_fake_inputs=True)
        with fake, Tracer(state, reporter):
            with state.contracts.seeing() if state.contracts is not None else contextlib.nullcontext():
                reason = _script(loader, run.entry, module, state)
                if run.options.script:
                    if not reason:
                        silent.review(reporter)
                else:
                    loader.forget()
                if run.options.script or reason:
                    statuses.append(_script_status(run.entry, reason, state))
                if run.options.targets:
                    statuses.extend(targets.run_all(run, module, state, reporter))
            if state.contracts is not None:
                found = contracts.make_all(state.contracts, targets.classes(run, module))
    return wire.Trace(
        id=run.id,
        values=tuple(state.values),
        failures=tuple(state.failures),
        targets=tuple(statuses),
        dependencies=tuple(p for p in loader.loaded if p != run.entry),
        missing=tuple(sorted(state.missing)),
        notes=tuple(state.notes),
        seconds=time.monotonic() - started,
        operations=state.operations,
        graphs=state.graphs.graphs() if state.graphs is not None else (),
        contracts=found,
        doubts=tuple(state.doubts),
    )


def _script(loader: WorkspaceLoader, entry: str, module: ModuleType, state: State) -> str:
    """Run the file; the reason why it stopped early, or nothing."""
    try:
        loader.execute(entry, module)
    except OutOfTime:
        return f"the run took longer than {state.limit:.0f} s"
    except SystemExit:
        return ""
    except RecursionError:
        return "the recursion went too deep"
    except KeyboardInterrupt:
        return "interrupted"
    return ""


def _script_status(entry: str, reason: str, state: State) -> wire.TargetStatus:
    if not reason and state.missing:
        reason = "missing packages: " + ", ".join(sorted(state.missing))
        return wire.TargetStatus("<script>", "script", None, "partial", reason, "script")
    return wire.TargetStatus("<script>", "script", None, "partial" if reason else "checked", reason, "script")


def _package(entry: str, loader: WorkspaceLoader) -> tuple[str, str | None]:
    """The folder from which the entry's package is imported, and the package: that of its relative imports, which mean
    the same file however it was started. None where it has none."""
    try:
        levels = [len(dots) for dots in _RELATIVE.findall(loader.text(entry))]
    except (OSError, SyntaxError, UnicodeDecodeError):
        levels = []
    top, names = os.path.dirname(entry), list[str]()
    while levels and (len(names) < max(levels) or os.path.isfile(os.path.join(top, "__init__.py"))):
        top, name = os.path.split(top)
        if not name.isidentifier():
            return os.path.dirname(entry), None
        names.insert(0, name)
    return top, ".".join(names) or None


@contextlib.contextmanager
def _environment(run: wire.Run, loader: WorkspaceLoader, module: ModuleType) -> Any:
    """`sys` as a script of this name would find it."""
    saved = sys.argv, sys.path[:], sys.modules.get("__main__"), sys.meta_path[:], os.getcwd()
    sys.argv = [run.entry]
    folder = os.path.dirname(run.entry)
    sys.path[:0] = dict.fromkeys((*(run.search_path or (folder,)), *run.roots))
    top, module.__package__ = _package(run.entry, loader)
    if top not in sys.path:
        sys.path.append(top)
    sys.modules["__main__"] = module
    sys.meta_path.insert(0, loader)
    sys.meta_path[1:1] = [stand_ins.Instead(), stand_ins.AfterImport()]
    sys.meta_path.append(stand_ins.Finder())
    known = set(sys.modules)
    try:
        if os.path.isdir(folder):
            os.chdir(folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name in set(sys.modules) - known:
            origin = getattr(sys.modules[name], "__file__", None)
            if loader.owns(origin) or getattr(sys.modules[name], "__sw_stand_in__", False):
                del sys.modules[name]
        sys.argv, sys.path[:], main, sys.meta_path[:] = saved[0], saved[1], saved[2], saved[3]
        if main is not None:
            sys.modules["__main__"] = main
        os.chdir(saved[4])


__all__ = ["execute", "torch"]
