"""One dimension of an output as an expression of the free sizes: `H/4`, `(H+1)//2`, `B*T`, `H*W/256+1`."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

Env = Mapping[str, int]
WIDEST = 4096
"""Numbers beyond this in an expression are an accident."""
_DIVISORS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 25, 28, 32, 48, 50, 56, 64, 100, 128)


@dataclass(frozen=True)
class Part:
    """`(name + shift) // divisor`: how strides and windows make a size of another."""

    name: str
    shift: int = 0
    divisor: int = 1

    def of(self, env: Env) -> int:
        """Its value."""
        return (env[self.name] + self.shift) // self.divisor

    def text(self, alone: bool) -> str:
        """As it is written."""
        if self.divisor == 1:
            inner = f"{self.name}{self.shift:+d}" if self.shift else self.name
            return inner if alone or not self.shift else f"({inner})"
        inner = f"({self.name}{self.shift:+d})" if self.shift else self.name
        return f"{inner}//{self.divisor}" if alone else f"({inner}//{self.divisor})"


def fit(sizes: Sequence[int], envs: Sequence[Env], names: Sequence[str]) -> str | None:
    """The expression that is exact in every run, the simplest first; None where there is none, or no name is in it."""
    if len(set(sizes)) == 1:
        return str(sizes[0])
    found = linear(sizes, envs, names)
    if found is not None:
        return found
    alone = {name: _stepped(sizes, envs, name) for name in names}
    parts = [part for part in alone.values() if part is not None]
    for part in parts:
        if (text := _scaled(sizes, envs, (part,))) is not None:
            return text
    for count in (2, 3):
        for chosen in itertools.combinations(parts, count):
            if (text := _scaled(sizes, envs, chosen)) is not None:
                return text
    for chosen in itertools.combinations(parts, 2):
        if (text := _summed(sizes, envs, chosen)) is not None:
            return text
    return None


def linear(sizes: Sequence[int], envs: Sequence[Env], names: Sequence[str]) -> str | None:
    """A product of names with a factor, and a number added, without rounding; None for a size that stays."""
    for count in (1, 2, 3):
        for factors in itertools.combinations(names, count):
            slope_start = _line(sizes, [prod(env[n] for n in factors) for env in envs])
            if slope_start is None:
                continue
            slope, start = slope_start
            if slope > 0 and slope.denominator % start.denominator == 0:
                return _text("*".join(factors), slope, start)
    return None


def _line(sizes: Sequence[int], points: Sequence[int]) -> tuple[Fraction, Fraction] | None:
    """Factor and start of the line through all points."""
    other = next((i for i, p in enumerate(points) if p != points[0]), None)
    if other is None:
        return None
    slope = Fraction(sizes[other] - sizes[0], points[other] - points[0])
    start = sizes[0] - slope * points[0]
    if max(abs(slope.numerator), slope.denominator, abs(start.numerator)) > WIDEST:
        return None
    return (slope, start) if all(slope * p + start == s for p, s in zip(points, sizes, strict=True)) else None


def _text(product: str, slope: Fraction, start: Fraction) -> str:
    """`H`, `2*H`, `H/2`, `(H-4)/2`, `H*W/256+1`."""
    scaled = product if slope.numerator == 1 else f"{slope.numerator}*{product}"
    if start.denominator == 1:
        divided = scaled if slope.denominator == 1 else f"{scaled}/{slope.denominator}"
        return divided if not start else f"{divided}{int(start):+d}"
    return f"({scaled}{int(start * slope.denominator):+d})/{slope.denominator}"


def _stepped(sizes: Sequence[int], envs: Sequence[Env], name: str) -> Part | None:
    """How the size follows one name while the others stay: in steps of a divisor, from a shift on."""
    first = envs[0]
    series = [
        (env[name], size)
        for env, size in zip(envs, sizes, strict=True)
        if all(env[other] == first[other] for other in env if other != name)
    ]
    series = sorted(set(series))
    if len({size for _, size in series}) < 2:
        return None
    for divisor in _DIVISORS:
        for shift in sorted(range(-2 * divisor, 2 * divisor + 1) if divisor > 1 else [0], key=abs):
            line = _line([s for _, s in series], [(n + shift) // divisor for n, _ in series])
            if line is not None and line[0].denominator == 1:
                return Part(name, shift, divisor)
    return None


def _scaled(sizes: Sequence[int], envs: Sequence[Env], parts: tuple[Part, ...]) -> str | None:
    line = _line(sizes, [prod(part.of(env) for part in parts) for env in envs])
    if line is None or line[0] <= 0 or line[0].denominator != 1 or line[1].denominator != 1:
        return None
    slope, start = int(line[0]), int(line[1])
    product = "*".join(part.text(len(parts) == 1 and slope == 1) for part in parts)
    return (product if slope == 1 else f"{slope}*{product}") + (f"{start:+d}" if start else "")


def _summed(sizes: Sequence[int], envs: Sequence[Env], parts: tuple[Part, ...]) -> str | None:
    """`T+S`, `2*T+S//2+1`."""
    first = envs[0]
    slopes: list[int] = []
    for part in parts:
        series = [
            (part.of(env), size)
            for env, size in zip(envs, sizes, strict=True)
            if all(env[other] == first[other] for other in env if other != part.name)
        ]
        line = _line([s for _, s in series], [p for p, _ in series])
        if line is None or line[0].denominator != 1:
            return None
        slopes.append(int(line[0]))
    start = sizes[0] - sum(k * part.of(first) for k, part in zip(slopes, parts, strict=True))
    made = [sum(k * p.of(env) for k, p in zip(slopes, parts, strict=True)) + start for env in envs]
    if made != list(sizes) or min(slopes) <= 0:
        return None
    terms = [p.text(True) if k == 1 else f"{k}*{p.text(False)}" for k, p in zip(slopes, parts, strict=True)]
    return "+".join(terms) + (f"{start:+d}" if start else "")
