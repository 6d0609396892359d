"""Between two runs of a session the interpreter is as it was before the first.

Restored here: the state of Python itself. `reset_torch` does the numerical libraries, `reset_modules` takes user
modules out of `sys.modules`, `dirty` finds what cannot be restored, and then the whole session is replaced.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import io
import linecache
import locale
import logging
import os
import random
import signal
import sys
import threading
import warnings
from typing import Any

_SYS = ("stdin", "stdout", "stderr", "excepthook", "displayhook", "unraisablehook", "dont_write_bytecode")
_SYS_LISTS = ("argv", "path", "meta_path", "path_hooks")
_SIGNALS = tuple(sorted(signal.valid_signals()))


class PythonState:
    """What a program can change in the interpreter. Taken once; `restore` is called after each run.

    `null`: a descriptor of the null device, where standard output goes.
    """

    def __init__(self, null: int) -> None:
        self._sys = {name: getattr(sys, name) for name in _SYS}
        self._sys_lists = {name: (getattr(sys, name), list(getattr(sys, name))) for name in _SYS_LISTS}
        self._builtins = dict(vars(builtins))
        self._environ = dict(os.environ)
        self._cwd = os.getcwd()
        self._umask = os.umask(0o077)
        os.umask(self._umask)
        self._recursion = sys.getrecursionlimit()
        self._switch = sys.getswitchinterval()
        self._stack_size = threading.stack_size()
        self._thread_hook = threading.excepthook
        self._signals = {number: signal.getsignal(number) for number in _SIGNALS}
        self._locale = locale.setlocale(locale.LC_ALL)
        random.seed(0)  # Python seeds it anew in each forked process
        self._random = random.getstate()
        self._filters = list(warnings.filters)
        self._warnings = (warnings.showwarning, warnings.formatwarning)
        self._gc = (gc.isenabled(), gc.get_threshold(), list(gc.callbacks))
        self._importers = set(sys.path_importer_cache)
        self._logging = _Logging()
        self._null = null

    def restore(self) -> None:
        """Put everything back. What cannot be put back raises, and the session ends."""
        sys.settrace(None)
        sys.setprofile(None)
        self._restore_sys()
        if builtins.__dict__ != self._builtins:
            names: dict[str, Any] = builtins.__dict__
            names.clear()
            names.update(self._builtins)
        if dict(os.environ) != self._environ:
            os.environ.clear()
            os.environ.update(self._environ)
        os.chdir(self._cwd)
        os.umask(self._umask)
        threading.stack_size(self._stack_size)
        threading.excepthook = self._thread_hook
        threading.settrace(None)
        threading.setprofile(None)
        self._restore_signals()
        if locale.setlocale(locale.LC_ALL) != self._locale:
            locale.setlocale(locale.LC_ALL, self._locale)
        random.setstate(self._random)
        # Also forgets which warnings were shown once already.
        warnings.resetwarnings()
        warnings.filters[:] = self._filters  # type: ignore[index]  # a list, whatever its declaration promises
        warnings.showwarning, warnings.formatwarning = self._warnings
        self._restore_gc()
        self._logging.restore()
        linecache.clearcache()
        _forget_event_loop()

    def _restore_sys(self) -> None:
        for name, value in self._sys.items():
            if getattr(sys, name, None) is not value:
                setattr(sys, name, value)
        for name, (original, items) in self._sys_lists.items():
            if getattr(sys, name, None) is not original:
                setattr(sys, name, original)
            original[:] = items
        for path in set(sys.path_importer_cache) - self._importers:
            del sys.path_importer_cache[path]
        if sys.getrecursionlimit() != self._recursion:
            sys.setrecursionlimit(self._recursion)
        sys.setswitchinterval(self._switch)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper) and stream.closed:
                raise RuntimeError("a standard stream was closed")
        for descriptor in (0, 1, 2):
            os.dup2(self._null, descriptor, inheritable=True)

    def _restore_signals(self) -> None:
        if hasattr(signal, "setitimer"):
            for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
                signal.setitimer(timer, 0)
        for number, handler in self._signals.items():
            if handler is not None and signal.getsignal(number) is not handler:
                with contextlib.suppress(OSError, ValueError):
                    signal.signal(number, handler)

    def _restore_gc(self) -> None:
        enabled, threshold, callbacks = self._gc
        (gc.enable if enabled else gc.disable)()
        gc.set_threshold(*threshold)
        gc.callbacks[:] = callbacks


class _Logging:
    """Handlers, levels and filters of the loggers."""

    def __init__(self) -> None:
        self._disable = logging.root.manager.disable
        self._class = logging.getLoggerClass()
        self._levels = dict(logging._nameToLevel)
        self._known = {name: _settings(logger) for name, logger in _loggers()}

    def restore(self) -> None:
        """Loggers that libraries made since then stay; those of user code go."""
        logging.disable(self._disable)
        logging.setLoggerClass(self._class)
        if len(logging._nameToLevel) != len(self._levels):
            for name in set(logging._nameToLevel) - set(self._levels):
                number = logging._nameToLevel.pop(name)
                logging._levelToName.pop(number, None)
        for name, logger in _loggers():
            settings = self._known.get(name)
            if settings is not None:
                _apply(logger, settings)
            elif name.partition(".")[0] in sys.modules:
                self._known[name] = _settings(logger)
            else:
                del logging.root.manager.loggerDict[name]


def _loggers() -> list[tuple[str, logging.Logger]]:
    named = [(n, logger) for n, logger in logging.root.manager.loggerDict.items() if isinstance(logger, logging.Logger)]
    return [("", logging.root), *named]


def _settings(logger: logging.Logger) -> tuple[Any, ...]:
    return logger.level, tuple(logger.handlers), tuple(logger.filters), logger.propagate, logger.disabled


def _apply(logger: logging.Logger, settings: tuple[Any, ...]) -> None:
    level, handlers, filters, propagate, disabled = settings
    if logger.level != level:
        logger.setLevel(level)
    if tuple(logger.handlers) != handlers:
        logger.handlers[:] = handlers
    if tuple(logger.filters) != filters:
        logger.filters[:] = filters
    logger.propagate, logger.disabled = propagate, disabled


def _forget_event_loop() -> None:
    events = sys.modules.get("asyncio.events")
    for name in ("_event_loop_policy", "_event_loop"):
        if events is not None and getattr(events, name, None) is not None:
            setattr(events, name, None)
