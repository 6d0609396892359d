"""Markup in and around shapes (TeX, roles, backticks, full-width signs) as plain text of the same length.

The length is kept so that an offset into the plain text is an offset into the file.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from shapewright.annotations.words import words

_FULL_WIDTH = str.maketrans("（），：；［］＊`$ℝ\t", "(),:;[]*  R ")
_ROLE = re.compile(r":(?:math|obj|attr|class|py:\w+|code|ref|meth|func):(?=`)")
_ESCAPED_UNDERSCORE = re.compile(r"\w+(?:\\{1,2}_\w+)+")
_WORDS = re.compile(
    r"\\{1,2}(?:text(?:it|bf|rm|tt|sf)?|math(?:rm|cal|bf|bb|it|sf|tt)|operatorname|boldsymbol|bm|mbox)\s*\{([^{}]*)\}"
)
_FRACTION = re.compile(r"\\{1,2}[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_SUBSCRIPT = re.compile(r"_\{([^{}]*)\}")
_SUPERSCRIPT = re.compile(r"\^\{([^{}]*)\}")
_COMMAND = re.compile(r"\\{1,2}([A-Za-z]+|[,;:!{}| ])")
_SIGNS = {
    "times": "x",
    "cdot": "*",
    "dots": "...",
    "ldots": "...",
    "cdots": "...",
    "ast": "*",
    "star": "*",
    "mid": "|",
    "vert": "|",
    "lvert": "|",
    "rvert": "|",
    "|": "|",
    "to": "->",
    "rightarrow": "->",
    "Rightarrow": "->",
    "longrightarrow": "->",
    "mapsto": "->",
    "lfloor": "(",
    "rfloor": ")",
    "lceil": "(",
    "rceil": ")",
    "in": "in",
    "prime": "'",
    "leq": "<",
    "geq": ">",
    "le": "<",
    "ge": ">",
    "lt": "<",
    "gt": ">",
    "neq": "!",
    "approx": "~",
    "sim": "~",
    "sum": "!",
    "sqrt": "!",
    "log": "!",
    "exp": "!",
}
_SPACING = words(
    "left right big Big bigl bigr Bigl Bigr quad qquad displaystyle limits mathop begin end hat bar tilde vec"
)


@functools.lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """The text with its markup made plain; every remaining character stays where it was, as nearly as can be."""
    if "\\" in text or "_{" in text or "^{" in text:
        text = _without_tex(text)
    if ":" in text and "`" in text:
        text = _ROLE.sub(_blank, text)
    return text.translate(_FULL_WIDTH)


def _without_tex(text: str) -> str:
    text = _ESCAPED_UNDERSCORE.sub(_padded(lambda m: re.sub(r"\\+_", "_", m[0])), text)
    text = _COMMAND.sub(_padded(lambda m: _sign(m) if m[1] in _SIGNS else m[0]), text)
    for _ in range(8):
        before = text
        text = _WORDS.sub(_padded(lambda m: m[1].strip()), text)
        text = _SUBSCRIPT.sub(_padded(lambda m: "_" + re.sub(r"[\W]", "", m[1])), text)
        text = _FRACTION.sub(_padded(lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}"), text)
        if text == before:
            break
    text = _COMMAND.sub(_padded(_sign), text)
    return _SUPERSCRIPT.sub(lambda m: f"^({m[1]})", text)


def _padded(replacement: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    def sub(match: re.Match[str]) -> str:
        return replacement(match).ljust(len(match[0]))[: len(match[0])]

    return sub


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _grouped(text: str) -> str:
    text = text.strip()
    return text if re.fullmatch(r"\w*", text) else f"({text})"


def _sign(match: re.Match[str]) -> str:
    name = match[1]
    if not name.isalpha():
        return _SIGNS.get(name, "")
    # A sign keeps a space before it, so that `\times` never joins two words. Greek letters stay as words.
    return f" {_SIGNS[name]}" if name in _SIGNS else "" if name in _SPACING else name
