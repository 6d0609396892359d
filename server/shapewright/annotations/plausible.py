"""Whether brackets that could be a shape are one: prose, ranges, coordinates and kernel sizes look the same.

Nothing is decided by words alone where the text says "of shape": then every list of dimensions is one.
"""

from __future__ import annotations

import functools
import re

from shapewright.annotations.dims import Shape
from shapewright.wire import Dim

_SIZE_WORD = re.compile(
    r"""(?:^|[_\s-]|(?<=[a-z])(?=[A-Z]))
    (?:b|bs|bsz|bsize|batch|batches|batchsize|n|num|nb|number|no|ntoken|nhead|nhid|ninp|t|seq|seqs|seqlen|sequence|
    len|length|lengths|time|timesteps?|steps?|frames?|c|ch|chans?|channels?|d|dim|dims|dimension|dmodel|emb|embd|embed|embeds|
    embedding|hidden|hid|feat|feats|features?|h|w|height|width|depth|size|sizes|l|s|m|k|p|e|f|g|heads?|tokens?|nodes?|edges?|
    class|classes|samples?|points?|quer(?:y|ies)|patch|patches|boxes|objects?|layers?|levels?|groups?|vocab|latent|
    mels?|bins?|freqs?|experts?|beams?|views?|inputs?|outputs?|in|out|src|tgt|model|max|total)
    (?:$|[_\s\d'-]|(?<=[a-z])(?=[A-Z]))""",
    re.VERBOSE | re.IGNORECASE,
)
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
    if len(text) <= 2 and text[:1].isalpha():
        return text[0].isupper() or text[0] in "bcdhlmnpstwkefg"
    return "|" in text or bool(re.match(r"[A-Z](?:_\w+|\d+|')$", text)) or bool(_SIZE_WORD.search(text))


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
    if _are_coordinates(names, len(shape)):
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
    return 2 * strong >= len(shape)


def _stands_alone(dim: Dim) -> bool:
    """Whether one word in brackets is a dimension: most are a type (`(OrderedDict)`) or an aside."""
    if dim.kind == "expr":
        return True
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


def _are_coordinates(names: list[str], count: int) -> bool:
    if len(names) != count or not names:
        return False
    if all(_COORDINATES.fullmatch(name) for name in names):
        return True
    states = all(_STATE.fullmatch(name) for name in names)
    return states and not (len(names) > 2 and all(len(name) == 1 for name in names) and names != ["q", "k", "v"])
