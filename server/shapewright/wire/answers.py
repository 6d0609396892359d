"""What a worker says to the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapewright.wire.contract import Contract
from shapewright.wire.declared import Span
from shapewright.wire.facts import Failure, Value, ValueFact
from shapewright.wire.graph import ModelGraph

PROTOCOL = 1
"""Raised whenever a message changes; the worker answers `Hello` with its own and a mismatch is a restart."""


@dataclass(frozen=True)
class Hello:
    """First message of every worker process. `torch` is None where it cannot be imported, and `problem` says why."""

    protocol: int
    python: str
    executable: str
    torch: str | None
    pid: int
    problem: str = ""
    sandbox: tuple[str, ...] = ()


@dataclass(frozen=True)
class TargetStatus:
    """How far a class, function or script was checked.

    `reason` says why it stopped, where `status` is not `checked`. `inputs` and `outputs` are what it ran with.
    """

    name: str
    kind: Literal["script", "class", "function"]
    span: Span | None
    status: Literal["checked", "partial", "unchecked"]
    reason: str = ""
    source: str = ""
    construct: str = ""
    inputs: tuple[ValueFact, ...] = ()
    outputs: tuple[Value, ...] = ()
    parameters: int = 0


@dataclass(frozen=True)
class Doubt:
    """Something ended with an exception that is no finding, because it may be the analysis that caused it."""

    span: Span
    exception: str


@dataclass(frozen=True)
class Trace:
    """The answer to `Run`."""

    id: int
    values: tuple[ValueFact, ...] = ()
    failures: tuple[Failure, ...] = ()
    targets: tuple[TargetStatus, ...] = ()
    dependencies: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    operations: int = 0
    dirty: str = ""
    graphs: tuple[ModelGraph, ...] = ()
    contracts: tuple[Contract, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class Fault:
    """The worker could not analyse: its own error, never the user's."""

    id: int
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Ended:
    """From a zygote: the session is gone. `status` is its exit code, or minus the signal that ended it."""

    session: int
    status: int
