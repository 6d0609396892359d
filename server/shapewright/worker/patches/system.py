"""The command line of the program and its pauses."""

from __future__ import annotations

import argparse
import contextlib
import time
from typing import Any

from shapewright.worker.unknown import Unknown


def patches() -> list[tuple[Any, str, Any]]:
    """Around `argparse` and `time.sleep`."""
    parser = argparse.ArgumentParser

    def parse_args(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        """The defaults; what is required and was not given is Unknown."""
        space = namespace if namespace is not None else argparse.Namespace()
        for action in self._actions:
            if action.dest in (argparse.SUPPRESS, "help", "version") or action.default is argparse.SUPPRESS:
                continue
            if hasattr(space, action.dest):
                continue
            value = action.default
            if value is None and action.choices is not None and not isinstance(action.choices, dict):
                value = next(iter(action.choices), None)
            if value is None and (action.required or not action.option_strings):
                value = Unknown(action.dest)
            if isinstance(value, str) and callable(action.type):
                with contextlib.suppress(Exception):
                    value = action.type(value)
            setattr(space, action.dest, value)
        for name, value in self._defaults.items():
            if not hasattr(space, name):
                setattr(space, name, value)
        return space

    def parse_known(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        return parse_args(self, args, namespace), []

    def explicit(method: Any, fallback: Any) -> Any:
        def parse(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
            return method(self, args, namespace) if args is not None else fallback(self, args, namespace)

        return parse

    return [
        (parser, "parse_args", explicit(parser.parse_args, parse_args)),
        (parser, "parse_known_args", explicit(parser.parse_known_args, parse_known)),
        (time, "sleep", lambda seconds: None),
    ]
