"""The engines of a window: one for each interpreter that its folders use."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from shapewright import analysis, config, rules, wire
from shapewright.config import Config
from shapewright.engine import Engine, interpreter
from shapewright.engine.start import StartMethod
from shapewright.lsp.convert import path_of
from shapewright.lsp.settings import Settings
from shapewright.model import EngineInfo


class Runner(analysis.Runner, Protocol):
    """An engine, as far as the server drives it."""

    def aside(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        """Run a file in a session that ends with the run."""
        ...

    def cancel(self, entry: str) -> None:
        """Runs of an entry return at once."""
        ...

    def cancel_aside(self, entry: str) -> None:
        """Those of `aside` return at once."""
        ...

    def close(self, entry: str) -> None:
        """An entry was closed."""
        ...

    def restart(self) -> None:
        """Start anew."""
        ...

    def stop(self) -> None:
        """End everything."""
        ...


Listener = Callable[[EngineInfo], None]
Start = Callable[[str, Settings, Config, Listener], Runner]


def start_engine(path: str, settings: Settings, config_: Config, listener: Listener) -> Runner:
    """The real engine, starting in the background."""
    method = settings.start_method if settings.start_method != "auto" else config_.start_method
    engine = Engine(
        path,
        start_method=cast(StartMethod, method),
        listener=listener,
        allow_unsandboxed=settings.allow_unsandboxed,
    )
    engine.start()
    return engine


class Engines:
    """Engines by interpreter, and the settings files that choose them. Safe in threads."""

    def __init__(self, listener: Listener, start: Start = start_engine) -> None:
        self._listener = listener
        self._start = start
        self._engines: dict[tuple[str, str, bool], Runner] = {}
        self._configs: dict[str, Config] = {}
        self._lock = threading.Lock()
        self._stopped = False

    def config(self, path: str) -> Config:
        """The settings file that holds for a path. Raises ConfigError."""
        folder = os.path.dirname(path) if os.path.isabs(path) else ""
        if not folder:
            return Config()
        with self._lock:
            if folder not in self._configs:
                self._configs[folder] = config.for_path(Path(folder), rules.codes())
            return self._configs[folder]

    def forget_configs(self) -> None:
        """A settings file changed."""
        with self._lock:
            self._configs.clear()

    def engine(self, path: str, settings: Settings, config_: Config) -> Runner | None:
        """The engine for a file, started where it is the first of its kind. None once all were stopped."""
        found = interpreter.find(chosen(path, settings) or config_.interpreter, Path(path))
        unsandboxed = settings.allow_unsandboxed
        key = (found, f"{settings.start_method} {config_.start_method}", unsandboxed)
        with self._lock:
            if self._stopped:
                return None
            if key not in self._engines:
                self._engines[key] = self._start(found, settings, config_, self._listener)
            return self._engines[key]

    def all(self) -> tuple[Runner, ...]:
        """Every engine there is."""
        with self._lock:
            return tuple(self._engines.values())

    def stop(self, for_good: bool = False) -> None:
        """End every engine. They start again when they are needed, unless it is `for_good`."""
        with self._lock:
            self._stopped = for_good
            engines, self._engines = tuple(self._engines.values()), {}
        for engine in engines:
            engine.stop()


def chosen(path: str, settings: Settings) -> str:
    """The interpreter that the client names for a file: that of the innermost folder around it, else the common one."""
    folders = [(path_of(uri), found) for uri, found in settings.interpreters.items()]
    inside = [(len(folder), found) for folder, found in folders if is_inside(path, folder)]
    return max(inside)[1] if inside else settings.interpreter


def is_inside(path: str, folder: str) -> bool:
    """Whether a path lies in a folder, as written."""
    return path == folder or path.startswith(folder.rstrip("/\\") + os.sep)
