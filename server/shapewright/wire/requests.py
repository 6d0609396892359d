"""What the server says to a worker."""

from __future__ import annotations

from dataclasses import dataclass

from shapewright.wire.declared import Target


@dataclass(frozen=True)
class Options:
    """Limits of one run. Seconds are of processor time, but for `deadline`, which is wall clock. `graphs`: the graphs
    of the models that run are wanted too. `script`: what the file itself does counts; without it the file runs only to
    make the targets. `probes`: other sizes are tried when all else is done, for the symbols of
    dimensions and the contracts of modules."""

    deadline: float = 30.0
    script: bool = True
    targets: bool = True
    values: bool = True
    probes: bool = False
    graphs: bool = False


@dataclass(frozen=True)
class Run:
    """Analyse `entry` as if started with `python entry`.

    `texts` are buffers that win over the disk (path -> text), the entry's own among them, already made parseable.
    `roots` are the folders of the workspace: code there is instrumented and may hold findings.
    `search_path` goes before the interpreter's own.
    """

    id: int
    entry: str
    texts: dict[str, str]
    roots: tuple[str, ...]
    search_path: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    options: Options = Options()


@dataclass(frozen=True)
class Shutdown:
    """The worker ends."""


@dataclass(frozen=True)
class Fork:
    """To a zygote: make session number `session`. One end of its socket travels with the message."""

    session: int


@dataclass(frozen=True)
class Kill:
    """To a zygote: end that session now."""

    session: int
