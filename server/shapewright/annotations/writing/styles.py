"""Which style a docstring, or a whole file, is written in."""

from __future__ import annotations

import ast
import re
from collections import Counter

from shapewright.annotations.scope import File
from shapewright.annotations.writing.insert import Style

_NUMPY = re.compile(r"^[ \t]*(?:Parameters|Returns|Args|Inputs?|Outputs?)[ \t]*\r?\n[ \t]*-{3,}", re.MULTILINE)
_SPHINX = re.compile(r"^[ \t]*[:@](?:param|type|returns?|rtype)\b[^:\n]*:", re.MULTILINE)
_GOOGLE = re.compile(
    r"^[ \t]*(?:Args|Arguments|Parameters|Params|Inputs?|Returns?|Outputs?|Yields)[ \t]*:", re.MULTILINE
)


def of_docstring(text: str) -> Style | None:
    """The style of a docstring; None where it has no sections."""
    if _NUMPY.search(text):
        return "numpy"
    if _SPHINX.search(text):
        return "sphinx"
    return "google" if _GOOGLE.search(text) else None


def of_file(file: File) -> Style:
    """The style that most docstrings of a file have; without any the types that it uses, else Google's."""
    counts: Counter[Style] = Counter()
    for node in ast.walk(file.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            text = file.docstring(node)
            style = of_docstring(text.text) if text is not None else None
            if style is not None:
                counts[style] += 1
    if counts:
        return counts.most_common(1)[0][0]
    return "jaxtyping" if re.search(r"^\s*from jaxtyping import", file.source.text, re.MULTILINE) else "google"
