"""What the text about one argument says of its shape. Pure; any text has an answer, and mostly it is `none`.

`(torch.Tensor) frames of shape (B, T, 80), optional` is the shape (B, T, 80), optional. How people write is counted and
laid down in the grammar of ARCHITECTURE.md; prose in brackets, ranges, calls and kernel sizes are no shapes.
"""

from __future__ import annotations

import ast
import functools
import re
from dataclasses import dataclass, replace
from typing import Literal

from shapewright.annotations import candidates, dtypes, plausible
from shapewright.annotations.candidates import Candidate
from shapewright.annotations.dims import Shape
from shapewright.annotations.tex import plain
from shapewright.wire import Dim

Kind = Literal["none", "shape", "transition", "list", "tuple", "dict", "list[dict]"]


@dataclass(frozen=True)
class Parse:
    """What a text says. `start` and `end` enclose the first shape, as offsets into the text.

    kind `shape`: `alternatives`. `transition`: `stages`, each with its alternatives, from input to result.
    `list`, `tuple`: `items` with empty keys (a list has one: all elements are alike). `dict`, `list[dict]`: by key.
    """

    kind: Kind = "none"
    alternatives: tuple[Shape, ...] = ()
    stages: tuple[tuple[Shape, ...], ...] = ()
    dtype: str | None = None
    optional: bool = False
    items: tuple[tuple[str, Parse], ...] = ()
    start: int = 0
    end: int = 0


NONE = Parse()

_MAYBE = re.compile(r"[(\[{（［x×✕]| [A-Za-z] |[A-Za-z]Tensor")
_OPTIONAL = re.compile(
    r"\boptional\b|\bdefaults? to `*None\b|\bdefault:? *`*None\b|\b(?:or|can be|may be|if) `*None\b|\| *None\b", re.I
)
_SCALAR = re.compile(
    r"""\s*[(`*:]*\s*(?:optional\W+|Optional\[)?(?:an?\s)?
    (?:int(?:eger)?s?|bool(?:ean)?|str(?:ing)?|float|number|[Cc]allable|torch\.(?:device|dtype|Size)|nn\.\w+
    |(?:tuple|list|sequence|Tuple|List|Sequence|Union)(?:\s+of\s+(?:\w+\s+)?|[\[(])(?:ints?|integers?|floats?|str|strings?)\b[^\n:]{0,20}?)
    (?=\s*(?:[,)`|\]:\n]|or\b|optional\b|$))""",
    re.VERBOSE,
)
_TENSOR = re.compile(r"tensor|ndarray|\barray of\b", re.I)
_HEAD = re.compile(
    r"[\s(`*:~\"']*(?:optional\W+|Optional\[)?(?:torch\.|typing\.)?(?:(?:(?:this|it)\s+)?(?:is|are)\s+)?(?:an?\s+|the\s+)?(?:\w+\s+)??"
    r"\b(?P<kind>list|sequence|tuple|dict|dictionary|mapping|iterable)\b(?!-)(?P<rest>.{0,60})",
    re.I | re.S,
)
_NESTED = re.compile(r"\W*(?:of\s+)?(?:\w+\s+)?(?:list|tuple|sequence)s?\b", re.I)
_OF_DICTS = re.compile(r"\W*(?:of|with|\[)?\s*(?:\w+\s+){0,2}dict(?:ionar(?:y|ies)|s)?\b", re.I)
_COUNT = re.compile(r"\W*of\s+(two|three|four|2|3|4)\b", re.I)
_NUMBERS = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4}
_IS_DICT = re.compile(r"[^\[\]]{0,200}?\b(?:is|are) (?:an? )?dict(?:ionary|ionaries|s)?\b", re.S)
_KEY = re.compile(
    r"""(?<![\w)\]])["'`]+(\w+)["'`]+\s*(?::|-|\(|=|→)|(?<![\w)\]])\*\*(\w+)\*\*\s*(?::|-|\()|(?:^|\n)\s*[-*]\s+(\w+)\s*(?::|\(|-)"""
)
_OR = re.compile(
    r"[\s\"'`]*(?:\b(?:for|when|if|in|with)\b[^.;()\[\]]{0,60}?)?[\s,\"']*(?:\bor\b|\botherwise\b|\belse\b|/|\||;|,)"
    r"(?:\s*\b(?:of|with|an?|in|the|if|alternatively|sizes?|shapes?|shaped|tensors?|either)\b)*[\s\"'`:=]*",
    re.I,
)
_OR_BEFORE = re.compile(r"[(\[][^()\[\]]*[)\]][\s\"'`]*(?:\bor\b|\|)[\s\"'`]*(?:of\s+)?(?:shape\s+)?$")
_AND = re.compile(
    r"[\s\"'`]*(?:,|\band\b|, and)(?:\s*\b(?:of|with|an?|the|shapes?|shaped|tensors?"
    r"|bool|(?:uint|int|float|bfloat|complex)\d+)\b)*[\s\"'`:=]*",
    re.I,
)
_ARROW = re.compile(r"[\s\"'`]*(?:-+>|→|=+>|⟶|⇒)[\s\"'`]*")
_RANGE = re.compile(r"[\s`\"']*(?:range|interval)\b")
_TRAILING = re.compile(r"\b(?:rightmost|trailing|last|final)\b.{0,24}$", re.I | re.S)


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Parse:
    """The text of one argument's entry, with or without its name and type."""
    if len(text) > 6000:
        text = text[:6000]
    if not _MAYBE.search(text):
        return NONE
    readable = plain(text)
    if _SCALAR.match(readable) and not _TENSOR.search(readable[:160]):
        return NONE
    found = _container(readable) or _tensor(readable)
    if found.kind == "none":
        return found
    # Farther behind the shape the word belongs to something else.
    return replace(found, optional=bool(_OPTIONAL.search(readable[: found.end + 28])))


def parse_comment(text: str) -> Parse:
    """A comment, with its `#`: as `parse`, but code that was commented out says nothing."""
    text = text.lstrip("# \t!:")
    found = parse(text)
    return found if found.kind == "none" or not is_code(text) else NONE


def _tensor(text: str) -> Parse:
    found = candidates.find(text)
    if not found:
        return Parse(dtype=dtypes.stated(text)) if len(text) < 400 and _TENSOR.search(text) else NONE
    winner = _winner(text, found)
    stages: list[tuple[Shape, ...]] = []
    current: list[Candidate] = [winner]
    if earlier := _OR_BEFORE.search(text[: winner.start]):
        # `(8, 8) or (B, 8, 8)`: two ints alone could be anything.
        first = candidates.at(text, earlier.start())
        if first and (len(first.shape) > 1 or any(map(plausible.is_strong, first.shape))):
            current = [first, winner]
    end = winner.end
    while True:
        following = _joined_by(_ARROW, text, end, found)
        if following is not None:
            stages.append(_shapes(text, current))
            current = [following]
            end = following.end
            continue
        following = _joined_by(_OR, text, end, found)
        if following is None:
            break
        current.append(following)
        end = following.end
    shapes = _shapes(text, current)
    # Behind a shape of several dimensions it is mostly a part that is spoken of ("the last column: class labels").
    near = winner.end + 24 if len(winner.shape) > 1 else None
    dtype = winner.dtype or dtypes.stated(text[: winner.end + 80 if near else None], near)
    if stages:
        return Parse("transition", (), (*stages, shapes), dtype, start=winner.start, end=winner.end)
    return Parse("shape", shapes, (), dtype, start=winner.start, end=winner.end)


def _winner(text: str, found: list[Candidate]) -> Candidate:
    """The first shape, unless it stands in the middle of prose and a later one is introduced as "of shape"."""
    first = found[0]
    if first.word or not text[: first.start].strip(" \n\t-*#:=\"'()."):
        return first
    return next((c for c in found if c.word == "shape"), first)


def _joined_by(separator: re.Pattern[str], text: str, end: int, found: list[Candidate]) -> Candidate | None:
    match = separator.match(text, end)
    if match is None or match.end() == end:
        return None
    for candidate in found:
        if candidate.start == match.end():
            return candidate
    found_here = candidates.at(text, match.end())
    if found_here is None or _RANGE.match(text, found_here.end):
        return None
    ints = all(dim.kind == "int" for dim in found_here.shape)
    return None if found_here.shape and ints and any(dim.value == 0 for dim in found_here.shape) else found_here


def _shapes(text: str, chosen: list[Candidate]) -> tuple[Shape, ...]:
    shapes: list[Shape] = []
    for candidate in chosen:
        shape = candidate.shape
        if _TRAILING.search(text[max(0, candidate.start - 60) : candidate.start]) and candidate.word:
            shape = (Dim("ellipsis"), *shape)
        if shape not in shapes:
            shapes.append(shape)
    return tuple(shapes)


def _container(text: str) -> Parse | None:
    """A list, tuple or dict; None where the text is about one tensor."""
    match = _HEAD.match(text)
    if match is None:
        return None
    kind = match["kind"].lower()
    rest = text[match.start("rest") :]
    if kind in ("sequence", "iterable") and not re.match(r"\s*(?:of\b|\[)", rest):
        return None
    if kind.startswith(("dict", "mapping")):
        return _keyed("dict", rest, match.start("rest"))
    if _OF_DICTS.match(rest) or _IS_DICT.match(rest):
        return _keyed("list[dict]", rest, match.start("rest"))
    if _NESTED.match(rest):
        return NONE
    found = candidates.find(text)
    if not found:
        return NONE
    winner = _winner(text, found)
    if kind != "tuple":
        inner = _tensor(text)
        return Parse("list", items=(("", inner),), start=winner.start, end=winner.end) if inner.alternatives else NONE
    count = _COUNT.match(rest)
    each = count or re.search(r"\b(?:each|both|all)\b", rest)
    if each and (inner := _tensor(text)).alternatives:
        # `tuple of two tensors of shape …`; where no number is said they are as a list's elements.
        number = _NUMBERS.get(count[1].lower(), 0) if count else 0
        items = (("", inner),) * (number or 1)
        return Parse("tuple" if number > 1 else "list", items=items, start=winner.start, end=winner.end)
    members = [winner]
    while following := _joined_by(_AND, text, members[-1].end, found):
        members.append(following)
    if len(members) < 2:
        # How many tensors there are is not said: a guess would run the code with a tuple of the wrong length.
        return NONE
    starts = [match.start("rest"), *(member.end for member in members)]
    items = tuple(
        ("", Parse("shape", (m.shape,), (), m.dtype or dtypes.stated(text[at : m.start]), start=m.start, end=m.end))
        for at, m in zip(starts, members, strict=False)
    )
    return Parse("tuple", items=items, start=winner.start, end=winner.end)


def _keyed(kind: Kind, text: str, offset: int) -> Parse:
    keys = list(_KEY.finditer(text))
    items: list[tuple[str, Parse]] = []
    start = end = 0
    for i, match in enumerate(keys):
        stop = keys[i + 1].start() if i + 1 < len(keys) else len(text)
        # The bracket that ends the match may be the shape's own.
        begin = match.end() - (match[0].endswith("("))
        inner = _tensor(text[begin:stop])
        key = match[1] or match[2] or match[3]
        if inner.kind == "shape" and key not in dict(items):
            start, end = (start, end) if items else (offset + begin + inner.start, offset + begin + inner.end)
            items.append((key, inner))
    return Parse(kind, items=tuple(items), start=start, end=end) if items else NONE


_CODE_WORDS = re.compile(r"\w\s*=[^=]|\w[\[(]|\b(?:return|import|if|for|assert|def|print)\b")


def is_code(text: str) -> bool:
    """Whether a comment is code. `(B, C)`, `x: [B, C]` and `x = (B, C)` are not, though they parse."""
    text = text.strip()
    if not _CODE_WORDS.search(text):
        return False
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if len(body) != 1:
        return len(body) > 1
    match body[0]:
        case ast.Expr(value=ast.Tuple() | ast.List() | ast.Name() | ast.Constant() | ast.BinOp() | ast.Set()):
            return False
        case ast.Expr(value=ast.Subscript(value=ast.Name(id=name))):
            return name not in dtypes.TENSOR_WORDS and dtypes.short_dtype(name) is None
        case ast.AnnAssign(value=None):
            return False
        case ast.Assign(value=ast.Tuple() | ast.List()):
            return False
        case _:
            return True
