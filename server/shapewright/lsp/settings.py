"""What the client says about itself and what people set in it. Unknown keys are other versions' and are passed over;
a known key with a wrong value is a problem with words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from shapewright.config import START_METHODS


@dataclass(frozen=True)
class InlayHints:
    """Which inlay hints are wanted."""

    assignments: bool = True
    parameters: bool = True
    returns: bool = True


@dataclass(frozen=True)
class Settings:
    """`interpreters` are those of single folders, by URI. `trusted`: whether the workspace's code may run at all."""

    interpreter: str = ""
    interpreters: Mapping[str, str] = field(default_factory=dict[str, str])
    trusted: bool = True
    inlay_hints: InlayHints = InlayHints()
    start_method: str = "auto"
    allow_unsandboxed: bool = False
    code_lens: bool = True


def updated(settings: Settings, options: object) -> tuple[Settings, tuple[str, ...]]:
    """The settings with those of `options` (keys as in the editor) in their place, and what is wrong with these."""
    if options is None:
        return settings, ()
    if not isinstance(options, Mapping):
        return settings, (f"shapewright: the settings are {options!r}; they must be an object",)
    problems: list[str] = []
    values = cast(Mapping[str, Any], options)
    if isinstance(values.get("shapewright"), Mapping):
        values = cast(Mapping[str, Any], values["shapewright"])

    def take(name: str, kind: type, default: Any) -> Any:
        value = values.get(name)
        if value is None:
            return default
        if not isinstance(value, kind):
            problems.append(f"shapewright.{name} is {value!r}; it must be {_WORDS[kind]}")
            return default
        return value

    hints = cast(Mapping[str, Any], take("inlayHints", dict, {}))
    wanted = {f.name: hints.get(f.name) for f in dataclasses.fields(InlayHints)}
    for name, value in wanted.items():
        if value is not None and not isinstance(value, bool):
            problems.append(f"shapewright.inlayHints.{name} is {value!r}; it must be true or false")
    method = take("startMethod", str, settings.start_method)
    if method not in START_METHODS:
        problems.append(f"shapewright.startMethod is {method!r}; it must be one of {', '.join(START_METHODS)}")
        method = settings.start_method
    interpreters = cast(Mapping[str, Any], take("interpreters", dict, dict(settings.interpreters)))
    return dataclasses.replace(
        settings,
        interpreter=take("interpreter", str, settings.interpreter).strip(),
        interpreters={uri: path for uri, path in interpreters.items() if isinstance(path, str) and path},
        trusted=take("trusted", bool, settings.trusted),
        inlay_hints=dataclasses.replace(
            settings.inlay_hints, **{name: value for name, value in wanted.items() if isinstance(value, bool)}
        ),
        start_method=method,
        allow_unsandboxed=take("allowUnsandboxed", bool, settings.allow_unsandboxed),
        code_lens=take("codeLens", bool, settings.code_lens),
    ), tuple(problems)


_WORDS: dict[type, str] = {str: "a text", bool: "true or false", dict: "an object"}
