"""The sizes of a call that may be others, under names: which dimensions go together, found by moving them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shapewright.worker.contracts.asking import Asker
from shapewright.worker.contracts.ranges import Range, Unsure
from shapewright.worker.contracts.subject import Leaf, Slot, Subject, tensors
from shapewright.worker.info import no_dispatch
from shapewright.worker.targets import sizes
from shapewright.worker.targets.sizes import Binding

_SPATIAL = (sizes.HEIGHT, sizes.WIDTH)


@dataclass
class Symbol:
    """One free size: the dimensions that have it. `follows`: dimensions that are made from it, by their expressions.

    `like`: the name of another symbol that must be as large, which moves this one. `range` is None until it is known.
    """

    name: str
    slots: tuple[Slot, ...]
    base: int
    like: str = ""
    range: Range | None = None


@dataclass
class Symbols:
    """All of one subject."""

    free: list[Symbol] = field(default_factory=list[Symbol])
    follows: dict[Slot, str] = field(default_factory=dict[Slot, str])
    base: dict[Slot, int] = field(default_factory=dict[Slot, int])

    @property
    def env(self) -> dict[str, int]:
        """The first sizes by name."""
        return {s.name: s.base for s in self.free}

    def at(self, env: Mapping[str, int]) -> dict[Slot, int]:
        """The size of every dimension."""
        whole = {**self.env, **env}
        for symbol in self.free:
            if symbol.like and symbol.name not in env:
                whole[symbol.name] = whole[symbol.like]
        found = dict(self.base)
        for symbol in self.free:
            found.update(dict.fromkeys(symbol.slots, whole[symbol.name]))
        for slot, text in self.follows.items():
            size = Binding(whole, {}).evaluate(text)
            if size is not None and size > 0:
                found[slot] = size
        return found

    def names(self) -> dict[Slot, str]:
        """What each dimension is called."""
        return {**{slot: s.name for s in self.free for slot in s.slots}, **self.follows}


def moves(base: int) -> Iterator[int]:
    """Other sizes, of which one runs where any does."""
    near = (base + 1, base - 1, 2 * base, base // 2, base + 32, base - 32, base + 2)
    yield from dict.fromkeys(size for size in near if 0 < size != base)


def find(asker: Asker, subject: Subject, training: bool) -> Symbols:
    """The free sizes of a subject's call."""
    found = Symbols(base={(leaf.path, i): s for leaf in subject.leaves for i, s in enumerate(leaf.shape)})
    _rebase(asker, subject, found, training)
    hints = {(leaf.path, i): name for leaf in subject.leaves for i, name in enumerate(_hints(leaf, subject))}
    fixed = {slot for slot, name in hints.items() if name is None}
    left = [slot for slot in found.base if slot not in fixed]
    for leaf in subject.leaves:
        for index, dim in enumerate(leaf.dims):
            if dim.kind == "expr" and leaf.declared:
                found.follows[leaf.path, index] = dim.text
    left = [slot for slot in left if slot not in found.follows]
    groups: dict[tuple[str, int], list[Slot]] = {}
    for slot in left:
        groups.setdefault((hints[slot] or "", found.base[slot]), []).append(slot)
    spare: list[Slot] = []
    for (name, base), slots in groups.items():
        if name and _moves(asker, found, slots, base, training):
            _add(found, name, slots, base)
        else:
            spare += slots
    still: list[Slot] = []
    for slot in spare:
        if len(groups.get((hints[slot] or "", found.base[slot]), ())) == 1 and hints[slot]:
            still.append(slot)  # it was moved alone already
        elif _moves(asker, found, [slot], found.base[slot], training):
            _add(found, hints[slot] or "", [slot], found.base[slot])
        else:
            still.append(slot)
    _together(asker, found, still, hints, training)
    _without_mixing(asker, subject, found, training)
    return found


def _without_mixing(asker: Asker, subject: Subject, found: Symbols, training: bool) -> None:
    """A picture whose channels or sides go over into the batch (`view(-1, 784)`) has sizes that nobody means to
    change."""
    ranks = {leaf.path: len(leaf.shape) for leaf in subject.leaves}
    batch = found.base.get(next(((leaf.path, 0) for leaf in subject.leaves if leaf.shape), ((), 0)))
    base = asker.run(found.at({}), training).output
    for symbol in list(found.free):
        if any(index == 0 or ranks[path] != 4 for path, index in symbol.slots):
            continue
        for size in moves(symbol.base):
            probe = asker.run(found.at({symbol.name: size}), training)
            if probe.passed:
                pairs = zip(_firsts_of(base), _firsts_of(probe.output), strict=False)
                if any(a == batch != b for a, b in pairs):
                    found.free.remove(symbol)
                break


def _firsts_of(value: Any) -> list[int]:
    """The first dimension of each tensor in an output."""
    with no_dispatch():
        return [int(t.shape[0]) if t.dim() else 0 for _, t in tensors(value)]


def _rebase(asker: Asker, subject: Subject, found: Symbols, training: bool) -> None:
    """A batch of one, which broadcasts against anything, is exchanged for a larger one."""
    first = [(leaf.path, 0) for leaf in subject.leaves if leaf.shape and leaf.shape[0] == 1]
    if not first or any(leaf.shape and leaf.shape[0] != 1 for leaf in subject.leaves):
        return
    if asker.passes({**found.base, **dict.fromkeys(first, 3)}, training):
        found.base.update(dict.fromkeys(first, 3))


def _together(
    asker: Asker, found: Symbols, slots: list[Slot], hints: Mapping[Slot, str | None], training: bool
) -> None:
    """Dimensions that may change only with others of the same size."""
    while slots:
        base = found.base[slots[0]]
        alike = [slot for slot in slots if found.base[slot] == base]
        chosen: list[Slot] = []
        for group in (_firsts(alike), alike, [s for s in alike if s[0] == alike[0][0]]):
            if len(group) > 1 and slots[0] in group and base > 1 and _moves(asker, found, group, base, training):
                chosen = group
                break
        if chosen:
            heights = [s for s in chosen if sizes.HEIGHT.match(hints[s] or "")]
            widths = [s for s in chosen if sizes.WIDTH.match(hints[s] or "")]
            if heights and widths and len(heights) + len(widths) == len(chosen):
                name = _add(found, hints[heights[0]] or "H", heights, base)
                _add(found, hints[widths[0]] or "W", widths, base, like=name)
            else:
                named = next((n for s in chosen if (n := hints[s]) and not _spatial(n)), "")
                _add(found, named, chosen, base)
        taken = set(chosen or [slots[0]])
        slots = [slot for slot in slots if slot not in taken]


def _firsts(slots: Iterable[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot[1] == 0]


def _spatial(name: str) -> bool:
    return any(p.match(name) for p in _SPATIAL)


def _moves(asker: Asker, found: Symbols, slots: list[Slot], base: int, training: bool) -> bool:
    start = found.at({})
    for size in moves(base):
        try:
            if asker.passes({**start, **dict.fromkeys(slots, size)}, training):
                return True
        except Unsure:
            if asker.spent:
                raise
    return False


def _add(found: Symbols, name: str, slots: list[Slot], base: int, like: str = "") -> str:
    twice = len({path for path, _ in slots}) < len(slots)
    name = "N" if not name or (twice and sizes.BATCH.match(name)) else name
    taken = {s.name for s in found.free}
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}{number}", number + 1
    found.free.append(Symbol(unique, tuple(slots), base, like=like))
    return unique


def _hints(leaf: Leaf, subject: Subject) -> list[str | None]:
    """A name for each dimension, empty where nobody knows one; None for those that are fixed."""
    roles = _roles(leaf)
    names: list[str | None] = []
    for index, role in enumerate(roles):
        dim = leaf.dims[index] if index < len(leaf.dims) else None
        if dim is None or dim.kind not in ("int", "sym", "expr"):
            names.append(role)
        elif dim.kind == "int":
            names.append(None)
        elif dim.kind == "sym" and re.fullmatch(r"[^\W\d]\w*", dim.text) and not dim.text.startswith("dim"):
            names.append(None if dim.text in subject.known else dim.text)
        else:
            names.append(role)
    return names


def _roles(leaf: Leaf) -> list[str]:
    """Names by position, for a tensor of which nothing is known but its rank and dtype."""
    rank, whole = len(leaf.shape), not leaf.dtype.is_floating_point
    names = {
        1: ["B"],
        2: ["B", "T"] if whole else ["B", "D"],
        3: ["B", "T", "D"],
        4: ["B", "C", "H", "W"],
        5: ["B", "C", "depth", "H", "W"],
    }
    return names.get(rank, ["B", *(f"D{i}" for i in range(1, rank))] if rank else [])


def fixed_names(subject: Subject, found: Symbols) -> dict[Slot, str]:
    """Names of the constructor's arguments for the sizes that stay: those that exactly one argument has."""
    free = found.names()
    named: dict[Slot, str] = {}
    for leaf in subject.leaves:
        once = {n for n, count in Counter(argument_of(s, subject.arguments) for s in leaf.shape).items() if count == 1}
        for index, size in enumerate(leaf.shape):
            slot = (leaf.path, index)
            dim = leaf.dims[index] if index < len(leaf.dims) else None
            if slot in free:
                continue
            if dim is not None and dim.kind == "sym" and subject.known.get(dim.text) == size:
                named[slot] = dim.text
            elif size > 1 and (name := argument_of(size, subject.arguments)) in once and name:
                named[slot] = name
    return named


def argument_of(size: int, arguments: Mapping[str, int]) -> str:
    """The one argument that has this size and that may stand for one; empty where there are none or several."""
    names = [n for n, v in arguments.items() if v == size and type(v) is int and not _COUNTS.search(n)]
    return names[0] if len(names) == 1 else ""


_COUNTS = re.compile(
    r"(^|_)(n_?)?(layers?|depths?|heads?|nhead|kernels?|k|stride|padding|pad|dilation|groups?|p|seed|epochs?|lr|batch"
    r"|expansion|reduction|ratio|blocks?|repeats?|scale|levels?|stages?|eps|idx|version|growth|iterations?|steps?"
    r"|experts?|rank|cutoff|order|hops?|bits|temperature|alpha|beta|gamma|momentum)(_?\w*size)?$|^num_(layers|blocks|heads)",
    re.I,
)


def batch_of(found: Symbols) -> str:
    """The name of the batch: a first dimension, or one that is called so."""
    once = [s for s in found.free if len({path for path, _ in s.slots}) == len(s.slots)]  # no adjacency of nodes
    names = [s.name for s in once if any(index == 0 for _, index in s.slots)]
    named = [s.name for s in once if s.name == "B" or sizes.BATCH.match(s.name)]
    return next((n for n in [*[n for n in named if n in names], *named] if n), "")
