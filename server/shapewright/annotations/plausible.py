"""Whether brackets that could be a shape are one: prose, ranges, coordinates and kernel sizes look the same.

Nothing is decided by words alone where the text says "of shape": then every list of dimensions is one.
"""

from __future__ import annotations

import functools
import re

from shapewright.annotations.dims import Shape
from shapewright.annotations.words import words
from shapewright.wire import Dim

_SIZE_WORDS = words(
    """bs bsz bsize batch batches batchsize num nb number ntoken ntokens nhead nheads nhid ninp seq seqs seqlen sequence
    len length lengths time timestep timesteps step steps frame frames ch chan chans channel channels dim dims dimension
    dmodel emb embd embed embeds embedding embeddings hidden hid feat feats feature features height width depth size
    sizes head heads token tokens node nodes edge edges class classes sample samples point points query queries patch
    patches box boxes object objects layer layers level levels group groups vocab latent mel mels bin bins freq freqs
    expert experts beam beams view views input inputs output outputs out src tgt model max total"""
)
_PARTS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])|(?<=[^\W\d])(?=\d)")
_LETTER = re.compile(r"([^\W\d_])(?:\d*|_\w+)'*")
_COUNTS = re.compile(r"[nNdD]_[a-z]\w+")
_COORDINATES = re.compile(
    r"(?:[xyzuvij]|[cd]?[xyz]|[xyzuv]_?(?:\d|min|max)|d[xyz]|cx|cy|theta|phi|mu|sigma|alpha|beta)", re.I
)
_ALONE = re.compile(r"[A-Z]\d?'?|[A-Z]_\w+|[a-z]\w*_\w+|\|.*\||batch|bsz?|b|n|t|length|channels|features", re.DOTALL)
_STATE = re.compile(r"(?:[hc]_?(?:\d|n|t|x|prev)|h|c|q|k|v|hidden|cell|state|output|input|x|y)")
_RANGE_BEFORE = re.compile(
    r"\b(?:range|between|within|interval|values?|from|clamp(?:ed)?|normali[sz]ed|scaled|lies?)\W+(?:\w+\W+){0,2}$"
)
_IN_BEFORE = re.compile(r"\b(?:in|to|over)\s*[`\"']*\s*$")
_PAIR_BEFORE = re.compile(
    r"\b(?:pairs?|triples?|triplets?|tuples?|coordinates?|corners?|keys?)\b[^()\[\]]{0,16}$", re.IGNORECASE
)
_KERNEL = re.compile(r"\b(?:kernel|stride|padding|dilation|window|patch|pool)\w*\W+(?:\w+\W+)?$", re.IGNORECASE)


@functools.lru_cache(maxsize=2048)
def is_strong(dim: Dim) -> bool:
    """Whether a dimension is one beyond doubt: a size's usual name, a capital letter, an ellipsis, arithmetic."""
    if dim.kind in ("ellipsis", "variadic", "any"):
        return True
    if dim.kind == "int":
        return True
    if dim.kind == "expr":
        return True
    text = dim.text
    if "|" in text or _COUNTS.fullmatch(text):
        return True
    if any(part.lower() in _SIZE_WORDS for part in _PARTS.split(text)):
        return True
    # A letter, with or without an index: `C`, `N1`, `d_k`, `T'`. Small ones only where sizes are called so.
    match = _LETTER.fullmatch(text)
    return match is not None and (match[1].isupper() or match[1] in "bcdhlmnpstwkefg")


def in_brackets(shape: Shape, before: str, *, edge: bool, joined: bool) -> bool:
    """Whether dimensions in brackets are a shape where no word says so.

    `before` is the text in front; `edge`: the brackets begin or end the entry; `joined`: their content is joined by x.
    """
    ints = sum(dim.kind == "int" and not dim.text for dim in shape)
    names = [dim.text for dim in shape if dim.kind == "sym"]
    if not shape:
        return False
    if ints == len(shape):
        return len(shape) >= 3 and all(dim.value for dim in shape) and not _KERNEL.search(before)
    if any(dim.kind == "int" and dim.value == 0 for dim in shape):
        return False
    if len(shape) == 2 and ints and (_RANGE_BEFORE.search(before) or _IN_BEFORE.search(before)):
        return False
    if _are_coordinates(names, len(shape)) or _are_columns(names):
        return False
    if len(shape) == 2 and len(names) == 2 and not all(map(is_strong, shape)) and len("".join(names)) == 2:
        return False
    if len(shape) == 1:
        return edge and _stands_alone(shape[0])
    strong = sum(is_strong(dim) for dim in shape)
    if _PAIR_BEFORE.search(before) and not any(name[:1].isupper() and len(name) == 1 for name in names):
        return False
    if joined:
        return strong > 0
    if strong == ints:
        return False
    if len(names) == len(shape) == 2 and not is_strong(shape[0]) and len(names[1]) > 1:
        return False  # two things with long names: a list of them
    return 2 * strong >= len(shape)


def _stands_alone(dim: Dim) -> bool:
    """Whether one word in brackets is a dimension: most are a type (`(OrderedDict)`) or an aside."""
    return dim.kind == "sym" and bool(_ALONE.fullmatch(dim.text)) and is_strong(dim)


def bare(shape: Shape, *, edge: bool) -> bool:
    """Whether dimensions joined by x, with no brackets round them, are a shape where no word says so."""
    ints = sum(dim.kind == "int" for dim in shape)
    if ints == len(shape):
        return len(shape) >= 3
    if len(shape) > 2:
        return sum(is_strong(dim) for dim in shape) * 2 >= len(shape)
    capital = any(dim.kind != "int" and not _is_small_letter(dim) for dim in shape)
    return capital and all(is_strong(dim) for dim in shape) and (edge or all(_is_capital(dim) for dim in shape))


def _is_small_letter(dim: Dim) -> bool:
    return dim.kind == "sym" and len(dim.text) == 1 and dim.text.islower()


def _is_capital(dim: Dim) -> bool:
    return dim.kind != "sym" or dim.text[:1].isupper()


def _are_columns(names: list[str]) -> bool:
    """Whether a box stands among them: `(image, class, x, y, w, h)` says what each column holds."""
    return {"x", "y"} < set(names) and bool({"w", "h"} & set(names))


def _are_coordinates(names: list[str], count: int) -> bool:
    if len(names) != count or not names:
        return False
    if all(_COORDINATES.fullmatch(name) for name in names):
        return True
    states = all(_STATE.fullmatch(name) for name in names)
    return states and not (len(names) > 2 and all(len(name) == 1 for name in names) and names != ["q", "k", "v"])
