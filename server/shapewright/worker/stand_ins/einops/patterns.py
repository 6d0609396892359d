"""The patterns of einops: `b c (h p) w -> b (c p) h w`, parsed and matched with a shape."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

from shapewright.worker.stand_ins.kit import MAGIC, real, soft

ELLIPSIS = "…"
Groups = tuple[tuple[str, ...], ...]


class EinopsError(RuntimeError):
    """What einops raises."""


EinopsError.__module__ = "einops"


def refuse(text: str) -> EinopsError:
    """An error of einops' own."""
    return real(EinopsError(text))


@dataclass(frozen=True)
class Side:
    """One side of a pattern. A group is a dimension; a number in it is written `#4:0`, the second part telling apart
    equal ones."""

    groups: Groups
    inside: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All axes in order."""
        return tuple(name for group in self.groups for name in group)


@functools.lru_cache(512)
def parse(text: str, duplicates: bool = False) -> Side:
    """One side of a pattern. Raises EinopsError as einops does."""
    if "." in text:
        if "..." not in text:
            raise refuse("Expression may contain dots only inside ellipsis (...)")
        if text.count("...") != 1 or text.count(".") != 3:
            raise refuse("Expression may contain dots only inside ellipsis (...); only one ellipsis for tensor ")
        text = text.replace("...", ELLIPSIS)
    groups: list[tuple[str, ...]] = []
    group: list[str] | None = None
    inside = False
    seen: set[str] = set()
    for token in _tokens(text):
        if token == "(":
            if group is not None:
                raise refuse("Axis composition is one-level (brackets inside brackets not allowed)")
            group = []
        elif token == ")":
            if group is None:
                raise refuse("Brackets are not balanced")
            groups.append(tuple(group))
            group = None
        else:
            if token in seen and not duplicates:
                raise refuse(f'Indexing expression contains duplicate dimension "{token}"')
            name = _axis(token, len(groups) + len(group or ()) * 100)
            if not name.startswith("#"):
                seen.add(token)
            inside = inside or (token == ELLIPSIS and group is not None)
            parts = () if name == "#1" else (name,)
            if group is None:
                groups.append(parts)
            else:
                group.extend(parts)
    if group is not None:
        raise refuse(f'Imbalanced parentheses in expression: "{text}"')
    return Side(tuple(groups), inside)


def _tokens(text: str) -> list[str]:
    found, word = [], ""
    for char in text + " ":
        if char in "() ":
            if word:
                found.append(word)
            word = ""
            if char != " ":
                found.append(char)
        elif char.isalnum() or char in ("_", ELLIPSIS):
            word += char
        else:
            raise refuse(f"Unknown character '{char}'")
    return found


def _axis(token: str, number: int) -> str:
    if token == ELLIPSIS:
        return token
    if token.isdecimal():
        if int(token) == 1:
            return "#1"
        if int(token) == 0:
            raise refuse("Anonymous axis should have positive length, not 0")
        return f"#{token}:{number}"
    if not token.isidentifier():
        raise refuse(f"Invalid axis identifier: {token}\nnot a valid python identifier")
    if token[0] == "_" or token[-1] == "_":
        raise refuse(f"Invalid axis identifier: {token}\naxis name should should not start or end with underscore")
    return token


REDUCTIONS = ("min", "max", "sum", "mean", "prod", "any", "all")


@dataclass(frozen=True)
class Recipe:
    """What to do with a tensor: reshape to `first`, permute, reduce the last `reduced`, add axes, reshape to `last`."""

    first: tuple[int, ...]
    order: tuple[int, ...]
    reduced: int
    added: tuple[tuple[int, int], ...]
    last: tuple[int, ...]
    sure: bool


def check(pattern: str, operation: Any, given: tuple[str, ...]) -> tuple[Side, Side]:
    """The two sides, which fit each other and the operation. Raises EinopsError."""
    if pattern.count("->") != 1:
        raise real(ValueError("the pattern must have one `->`: not enough values to unpack (expected 2, got 1)"))
    left, right = map(parse, pattern.split("->"))
    if ELLIPSIS not in left.names and ELLIPSIS in right.names:
        raise refuse(f"Ellipsis found in right side, but not left side of a pattern {pattern}")
    if left.inside:
        raise refuse(f"Ellipsis inside parenthesis in the left side is not allowed: {pattern}")
    here, there = set(left.names), set(right.names)
    if operation == "rearrange":
        if any(name.startswith("#") for name in here | there):
            raise refuse("Non-unitary anonymous axes are not supported in rearrange (exception is length 1)")
        if here ^ there:
            raise refuse(f"Identifiers only on one side of expression (should be on both): {_plain(here ^ there)}")
    elif operation == "repeat":
        if here - there:
            raise refuse(f"Unexpected identifiers on the left side of repeat: {_plain(here - there)}")
        unsized = {name for name in there - here if not name.startswith("#") and name not in given}
        if unsized:
            raise refuse(f"Specify sizes for new axes in repeat: {_plain(unsized)}")
    elif operation in REDUCTIONS or callable(operation):
        if there - here:
            raise refuse(f"Unexpected identifiers on the right side of reduce {operation}: {_plain(there - here)}")
    else:
        raise refuse(f"Unknown reduction {operation}. Expect one of {REDUCTIONS}.")
    for name in given:
        if name not in here | there:
            raise refuse(f"Axis {name} is not used in transform")
    return left, right


def _plain(names: set[str]) -> str:
    return "{" + ", ".join(repr(name) for name in sorted(names)) + "}"


def recipe(left: Side, right: Side, shape: tuple[int, ...], lengths: dict[str, Any]) -> Recipe:
    """Match the pattern with a shape. Raises EinopsError where it does not fit."""
    before, after = _spread(left, right, len(shape))
    sizes: dict[str, Any] = {
        name: int(name[1:].partition(":")[0]) for group in (*before, *after) for name in group if name.startswith("#")
    }
    sizes.update(lengths)
    sure = not soft(*shape, *lengths.values())
    for size, group in zip(shape, before, strict=False):
        open_axes = [name for name in group if name not in sizes]
        if len(open_axes) > 1:
            raise refuse(f"Could not infer sizes for {_plain(set(open_axes))}")
        known = math.prod(1 if soft(sizes[n]) else sizes[n] for n in group if n in sizes)
        unsure = soft(size, *(sizes[n] for n in group if n in sizes))
        if not open_axes:
            if not unsure and size != known:
                raise refuse(f"Shape mismatch, {size} != {known}")
        elif unsure:
            sizes[open_axes[0]] = size if len(group) == 1 else MAGIC
        elif known == 0 or size % known:
            raise refuse(f"Shape mismatch, can't divide axis of length {size} in chunks of {known}")
        else:
            sizes[open_axes[0]] = size // known
    source = [name for group in before for name in group]
    target = [name for group in after for name in group]
    gone = [name for name in source if name not in target]
    order = tuple(source.index(name) for name in (*(n for n in target if n in source), *gone))
    added = tuple((position, sizes[name]) for position, name in enumerate(target) if name not in source)

    def product(group: tuple[str, ...]) -> Any:
        return math.prod(sizes[n] for n in group) if group else 1

    return Recipe(tuple(sizes[n] for n in source), order, len(gone), added, tuple(map(product, after)), sure)


def _spread(left: Side, right: Side, rank: int) -> tuple[Groups, Groups]:
    """Both sides with the ellipsis written out."""
    if ELLIPSIS not in left.names:
        if rank != len(left.groups):
            raise refuse(f"Wrong shape: expected {len(left.groups)} dims. Received {rank}-dim tensor.")
        return left.groups, right.groups
    others = len(left.groups) - 1
    if rank < others:
        raise refuse(f"Wrong shape: expected >={others} dims. Received {rank}-dim tensor.")
    names = tuple(f"{ELLIPSIS}{i}" for i in range(rank - others))
    before = tuple(
        new for group in left.groups for new in (((n,) for n in names) if group == (ELLIPSIS,) else (group,))
    )
    after: list[tuple[str, ...]] = []
    for group in right.groups:
        if group == (ELLIPSIS,) and not right.inside:
            after += [(n,) for n in names]
        else:
            after.append(tuple(new for n in group for new in (names if n == ELLIPSIS else (n,))))
    return before, tuple(after)
