"""Words that both sides write alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import combinations

_NUMBERS = re.compile(r"(?<![\w.])\d+(?:x\d+)*(?!\.?\w)")


def with_names(text: str, names: Mapping[int, str], others: Collection[int] = ()) -> str:
    """PyTorch's words with the names of free sizes, or of products of them: nobody wrote the numbers that stand for
    them. `others` are numbers that mean something else as well and stay."""
    if not names:
        return text
    pairs = combinations(names.items(), 2)
    known = {a * b: f"{one}*{two}" for (a, one), (b, two) in pairs} | dict(names)
    known = {size: name for size, name in known.items() if size not in others}

    def written(match: re.Match[str]) -> str:
        return "x".join(known.get(int(number), number) for number in match[0].split("x"))

    return _NUMBERS.sub(written, text)
