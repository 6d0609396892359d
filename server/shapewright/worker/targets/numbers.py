"""Lists of numbers for constructor arguments that nobody gave: depths, widths, kernel sizes, rates."""

from __future__ import annotations

import re
from typing import Any

from shapewright.worker.targets.usage import Use


def numbers_for(name: str, annotation: str, use: Use, profile: int) -> list[Any] | tuple[Any, ...]:
    """As many numbers as an argument's annotation and its uses ask for, of the kind that its name speaks of."""
    fixed = re.match(r"[Tt]uple\[(?P<items>[\w., ]+)\]", annotation)
    items = fixed["items"].split(",") if fixed else ["..."]
    count = 0 if items[-1].strip() == "..." else len(items)
    count = max(use.unpacked, use.indexed + 1, count)
    lowered = name.lower()
    if "bool" in annotation:
        return [False] * (count or 3)
    if "float" in annotation or "ratio" in lowered or "rate" in lowered:
        return [0.5] * (count or 3)
    if re.search(r"kernel", lowered):
        return [3] * (count or 3)
    if re.search(r"size$|shape|resolution|^img", lowered) and not re.search("hidden|layer", lowered):
        return {3: (3, 32, 32), 1: (32,)}.get(count, (32,) * (count or 2))
    if re.search(r"stride|dilat|scale|padd", lowered):
        return [1] * (count or 3)
    if re.search(r"layers?$|blocks?$|depths?|repeats|num_\w*(blocks|layers)|^n_?blocks", lowered) and not re.search(
        "hidden|size|dim", lowered
    ):
        return [2] * (count or 4)
    if re.search(r"heads", lowered):
        return [4] * (count or 3)
    if re.search(r"vocab|field|cardinal|num_emb|cat", lowered):
        return [10] * (count or 3)
    widths = (16, 32, 64, 128, 256, 64, 64, 64) if profile == 0 else (32,) * 8
    return list(widths[: count or 3])
