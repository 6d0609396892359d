"""The dimensions of one shape: text to `wire.Dim` and back.

`show` and `many` are inverse: what is printed is read as the same dimensions.
"""

from __future__ import annotations

import ast
import functools
import re

from shapewright.annotations.words import words
from shapewright.wire import Dim

Shape = tuple[Dim, ...]

MOST_DIMS = 12

_IDENTIFIER = re.compile(r"[^\W\d]\w*'*")
_INT = re.compile(r"-?\d{1,9}")
_WORDS = re.compile(r"[^\W\d]\w*(?:[ ]\w+){1,2}")
_HYPHENED = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})+")
_CARDINALITY = re.compile(r"\|\s*([\w']+)\s*\|")
_ASSIGNED = re.compile(r"([^\W\d]\w*)\s*=\s*([^=].*)")
_OR_ONE = re.compile(r"(?:1\s*(?:or|\|)\s*([^\W\d]\w*)|([^\W\d]\w*)\s*(?:or|\|)\s*1)")
_X = re.compile(r"\s+[xX]\s+|\s*[×✕]\s*")
_COMPACT = re.compile(r"(?:[A-Za-z]\d?|[A-Z][A-Z0-9_]*|\d+|-1)(?:x(?:[A-Za-z]\d?|[A-Z][A-Z0-9_]*|\d+|-1))+")
_CAPITALS = re.compile(r"(?:[A-Z]\d?|\d+)(?:x(?:[A-Z]\d?|\d+))+")
_SPACED = re.compile(r"(?:[^\W\d_]|\d+|\.\.\.|\*|_)(?:\s+(?:[^\W\d_]|\d+|\.\.\.|\*|_))+")
_IMPLICIT = re.compile(r"(?<![\w.])(\d+)\s?(?=[^\W\d_]|\()")
_EITHER = re.compile(r"\d+\s*/\s*\d+")
_SPACE = re.compile(r"\s+")
_RUNTIME_SIZE = re.compile(r"[^\W\d][\w.]*\.(?:shape\s*\[\s*-?\d+\s*\]|size\s*\(\s*-?\d+\s*\))")

_ANY = frozenset({"_", "?", ":", "None", "-1", "any", "Any", "none"})
_ELLIPSES = frozenset({"...", "…", "*", "..", "···", "…,"})
_VARIADIC = frozenset({"spatial_dims", "batch_dims", "leading_dims", "extra_dims", "other_dims", "additional_dims"})
_OWNERS = frozenset({"self", "config", "cfg", "args", "hparams", "opt", "conf", "params", "options"})
_FUNCTIONS = frozenset({"prod", "ceil", "floor", "int", "min", "max", "len", "sum", "sqrt", "round", "abs"})

_MEASURES = frozenset({"length", "lengths", "len", "size", "dim", "number"})
"""Behind these "sequence" is no type: a sequence length."""

NOT_A_DIM = words(
    """optional default defaults tensor tensors torch int float bool str list tuple dict true false eg ie etc see
    if is are was the and or not for of in with when where which required callable ndarray array module device
    dtype object type instance only deprecated inclusive exclusive both note usually typically string boolean
    integer floating longtensor floattensor booltensor inttensor numpy np nn union sequence iterable mapping
    literal self cls tbd todo from to by as on at be has have this that these those its it a an i we you per
    each all same than then but so e g an will can may must should shape shapes read write return returns given
    default_value kwargs args"""
) - {"a", "e", "g", "i"}
"""Words that no dimension is called: one of them makes the brackets prose."""


@functools.lru_cache(maxsize=4096)
def one(text: str) -> Dim | None:
    """One dimension; None where the text is none."""
    text = _unquoted(text.strip())
    if not text or len(text) > 60:
        return None
    if text in _ANY:
        return Dim("any")
    if text in _ELLIPSES:
        return Dim("ellipsis")
    if _INT.fullmatch(text):
        return Dim("int", value=int(text)) if text[0] != "-" else None
    if _CAPITALS.fullmatch(text):
        # `HxW` between commas: one dimension of both.
        return Dim("expr", text.replace("x", "*"))
    if _IDENTIFIER.fullmatch(text):
        return _named(text)
    return _marked(text) or _compound(text)


def _named(name: str) -> Dim | None:
    if name.lower() in NOT_A_DIM or "tensor" in name.lower() or name.lower().startswith("array"):
        return None
    if name in _VARIADIC or (name.endswith("_shape") and len(name) > len("_shape")):
        return Dim("variadic", name)
    return Dim("sym", name)


def _marked(text: str) -> Dim | None:
    """A dimension with a mark before or around it: `*b`, `...b`, `#b`, `[b]`, `(optional) b`, `|E|`, `1 or b`."""
    if text[0] == "[" and text[-1] == "]":
        inner = one(text[1:-1].strip(" ,"))
        return _with(inner, optional=True)
    if text[0] == "(" and text[-1] == ")" and "..." in text:
        # `(b_1 x ... x b_k) x n x d`
        return Dim("ellipsis")
    lowered = text.lower()
    if lowered.startswith("(optional)"):
        return _with(one(text[10:]), optional=True)
    if lowered.endswith("(optional)"):
        return _with(one(text[:-10]), optional=True)
    if text[0] == "#" and (inner := one(text[1:])) and inner.kind in ("sym", "int", "variadic", "expr"):
        return Dim(inner.kind, inner.text, inner.value, inner.optional, broadcast=True)
    if text[0] == "*" or text.startswith("..."):
        name = text.lstrip("*.")
        if text.lstrip("*").startswith("#"):
            inner = one(text.lstrip("*")[1:])
            return Dim("variadic", inner.text, broadcast=True) if inner and inner.kind == "sym" else None
        return Dim("variadic", name) if _IDENTIFIER.fullmatch(name) and name.lower() not in NOT_A_DIM else None
    if match := _CARDINALITY.fullmatch(text):
        return Dim("sym", f"|{match[1]}|")
    if match := _OR_ONE.fullmatch(text):
        return _with(one(match[1] or match[2]), broadcast=True)
    if match := _ASSIGNED.fullmatch(text):
        return _assigned(match[1], match[2])
    return None


def _assigned(name: str, text: str) -> Dim | None:
    value = one(text)
    if value is None or name.lower() in NOT_A_DIM:
        return None
    if value.kind == "int":
        return Dim("int", name, value.value)
    return value if value.kind == "expr" else Dim("sym", name)


def _with(dim: Dim | None, *, optional: bool = False, broadcast: bool = False) -> Dim | None:
    if dim is None or dim.kind not in ("sym", "int", "expr", "variadic"):
        return None
    return Dim(dim.kind, dim.text, dim.value, dim.optional or optional, dim.broadcast or broadcast)


def _compound(text: str) -> Dim | None:
    """Several words, or arithmetic."""
    if _HYPHENED.fullmatch(text):
        return Dim("sym", text) if not any(w.lower() in NOT_A_DIM for w in text.split("-")) else None
    spaced = _SPACE.sub(" ", text)
    if _WORDS.fullmatch(spaced) and not _X.search(spaced):
        words = spaced.split(" ")
        if words[0].lower() in ("size", "shape") and words[1] != "of":
            return one(" ".join(words[1:]))  # `(size seq_len, batch)`: the word says what the brackets hold
        # "number of classes" is a name, "of classes" and "classes of" are not.
        middle = words[1:-1]
        rest = [w for w in words if w != "of" or "of" not in middle]
        if words[-1].lower() in _MEASURES:
            rest = [w for w in rest if w.lower() != "sequence"]
        return Dim("sym", spaced) if not any(w.lower() in NOT_A_DIM for w in rest) else None
    if _RUNTIME_SIZE.fullmatch(text):
        return Dim("any")
    return _expression(text)


def _expression(text: str) -> Dim | None:
    written = _SPACE.sub(" ", text)
    written = _X.sub("*", written).replace("^", "**").replace("·", "*").replace("÷", "/")
    written = _IMPLICIT.sub(r"\1*", written)
    if "'" in written or '"' in written or not re.search(r"[\w)]", written):
        return None
    node = parse_expression(written)
    if node is None:
        return None
    if isinstance(node, ast.Attribute):
        return _named(node.attr) if _is_settings(node) else None
    if not _is_arithmetic(node):
        return None
    if _EITHER.fullmatch(written):
        # `3/1` channels: the one or the other.
        return Dim("any")
    if isinstance(node, (ast.Name, ast.Constant)):
        # Brackets round a single name or int, as in `(b) x n`.
        return one(node.id if isinstance(node, ast.Name) else str(node.value))
    return Dim("expr", re.sub(r"\b(?:self|cfg|config|args|hparams)\.(?=\w)", "", written))


@functools.lru_cache(maxsize=1024)
def parse_expression(text: str) -> ast.expr | None:
    """A Python expression, or None. Nothing that the text holds makes this raise or warn."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_settings(node: ast.Attribute) -> bool:
    value: ast.expr = node.value
    while isinstance(value, ast.Attribute):
        value = value.value
    return isinstance(value, ast.Name) and value.id in _OWNERS


def _is_arithmetic(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=value):
            return type(value) is int and 0 <= value < 10**9
        case ast.Name(id=name):
            return name.lower() not in NOT_A_DIM
        case ast.Attribute():
            return _is_settings(node)
        case ast.BinOp(left=left, right=right, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.FloorDiv()):
            return _is_arithmetic(left) and _is_arithmetic(right)
        case ast.BinOp(left=left, right=right, op=ast.Mod() | ast.Pow()):
            return _is_arithmetic(left) and _is_arithmetic(right)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=[]):
            return name in _FUNCTIONS and bool(args) and all(_is_arithmetic(_unstarred(a)) for a in args)
        case _:
            return False


def _unstarred(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Starred) else node


@functools.lru_cache(maxsize=4096)
def many(text: str) -> Shape | None:
    """The dimensions in the text between two brackets, whichever way they are separated; None where it holds none.

    Empty text is the shape of a scalar.
    """
    text = text.strip()
    if not text:
        return ()
    if len(text) > 240:
        return None
    parts = pieces(text)
    if len(parts) == 1 and not text.endswith(","):
        parts = separated(parts[0])
    if len(parts) > MOST_DIMS:
        return None
    found: list[Dim] = []
    for part in parts:
        group = _optional_group(part)
        if group is None:
            dim = one(part)
            if dim is None:
                return None
            group = (dim,)
        found.extend(group)
    return tuple(found)


def separated(text: str) -> list[str]:
    """The tokens of dimensions joined by x or by spaces; the text itself where it is neither."""
    text = text.strip()
    if _COMPACT.fullmatch(text):
        return text.split("x")
    if _SPACED.fullmatch(text):
        tokens = text.split()
        crossed = len(tokens) % 2 == 1 and all(token in "xX" for token in tokens[1::2])
        return tokens[::2] if crossed else tokens
    if _X.search(text):
        parts = pieces(text, _X)
        if len(parts) > 1 and all(part.strip() for part in parts):
            return parts
    return [text]


def pieces(text: str, separator: re.Pattern[str] | None = None) -> list[str]:
    """`text` cut at the separators (a comma by default) that stand in no brackets; a last empty piece is dropped.

    `(B, [T,] C)` and `(N[, C])` mark a dimension that may be absent: their commas cut too.
    """
    if separator is None:
        text = re.sub(r"\[\s*,\s*([^\[\],]+)\]", r",[\1]", re.sub(r"\[([^\[\],]+),\s*\]\s*(?=[^\s,])", r"[\1],", text))
    parts: list[str] = []
    depth = start = i = 0
    while i < len(text):
        c = text[i]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif depth == 0 and (match := separator.match(text, i) if separator else None):
            parts.append(text[start:i])
            i = start = match.end()
            continue
        elif depth == 0 and separator is None and c == ",":
            parts.append(text[start:i])
            start = i + 1
        i += 1
    rest = text[start:]
    if rest.strip() or not parts:
        parts.append(rest)
    return parts


def _optional_group(part: str) -> Shape | None:
    """`[T, H]` inside a shape: each of its dimensions may be absent."""
    part = part.strip()
    if not (part.startswith("[") and part.endswith("]") and "," in part):
        return None
    inner = [one(piece) for piece in pieces(part[1:-1])]
    marked = [_with(dim, optional=True) for dim in inner]
    return tuple(dim for dim in marked if dim) if marked and all(marked) else None


def _unquoted(text: str) -> str:
    while len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`":
        text = text[1:-1].strip()
    return text


def show(shape: Shape) -> str:
    """`(B, 3, H, W)`: what `many` reads as the same dimensions."""
    inner = ", ".join(show_dim(dim) for dim in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def show_dim(dim: Dim) -> str:
    """One dimension as it is written."""
    match dim.kind:
        case "int":
            text = f"{dim.text}={dim.value}" if dim.text else str(dim.value)
        case "ellipsis":
            text = "..."
        case "variadic":
            text = f"*#{dim.text}" if dim.broadcast else f"*{dim.text}"
        case "any":
            text = "_"
        case _:
            text = dim.text
    if dim.broadcast and dim.kind != "variadic":
        text = f"#{text}"
    return f"[{text}]" if dim.optional else text
