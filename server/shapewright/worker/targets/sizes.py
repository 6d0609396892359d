"""From declared shapes to sizes: which number stands for which name.

An int is itself; a name that the constructor or the module knows has that value; the same name is the same size. What
is left is free: a distinct, unlikely size, so that no accidental match hides a mistake, and the search may change it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shapewright import wire

BATCH = re.compile(
    r"^(b|n|m|bs|bsz|bz|nb|batch|batches|nbatch|minibatch|mini_?batch|n_?batch(es)?|batch_?(size|dim|num|n)?"
    r"|num_?batch(es)?|num_?samples|n_?samples|samples|batchsize|n_?examples|num_?examples)$",
    re.I,
)
HEIGHT = re.compile(
    r"^(h|hh|h_?\d|height|img_?h|im_?h|image_?height|h_in|hin|in_?h|rows?|input_?h(eight)?|\w+_?height)$", re.I
)
WIDTH = re.compile(
    r"^(w|ww|w_?\d|width|img_?w|im_?w|image_?width|w_in|win|in_?w|cols?|columns?|input_?w(idth)?|\w+_?width)$", re.I
)
DEPTH = re.compile(r"^(depth|frames?|n_?frames|num_?frames)$", re.I)
WIDEST = 1 << 14
"""The widest picture, or signal laid out as one, that is believed."""
SPATIAL = {"h": 96, "w": 160, "d": 32}
FREE = (23, 29, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113)
_SYNONYMS = (
    {"c", "cin", "inchannels", "channels", "inch", "inplanes", "numchannels", "inputchannels", "nchannels", "inc",
     "chans", "inchans"},
    {"d", "dmodel", "embeddim", "hiddensize", "dim", "hiddendim", "embdim", "nembd", "e", "f", "features", "infeatures",
     "inputsize", "inputdim", "indim", "inputfeatures", "nfeatures", "numfeatures", "din", "embedsize", "embsize",
     "emb", "hidden", "c"},
    {"cout", "outchannels", "outfeatures", "outputsize", "outputdim", "outdim", "outch", "dout"},
    {"numclasses", "nclasses", "classes", "k", "ncls", "c", "nclass", "numlabels"},
    {"t", "l", "s", "n", "seqlen", "sequencelength", "seq", "length", "timesteps", "time", "seqlength", "maxlen",
     "blocksize", "len", "contextlength", "sequence", "tokens", "numtokens", "ntokens", "nsteps", "steps"},
    {"h", "heads", "numheads", "nheads", "nhead", "numattentionheads"},
    {"vocabsize", "v", "numembeddings", "vocab"},
)  # fmt: skip


@dataclass
class Binding:
    """Sizes by name. `bound` may not be changed; `free` may."""

    bound: dict[str, int] = field(default_factory=dict[str, int])
    free: dict[str, int] = field(default_factory=dict[str, int])

    def copy(self) -> Binding:
        """An independent copy."""
        return Binding(dict(self.bound), dict(self.free))

    def size(self, name: str, first: int | None = None) -> int:
        """The size of a name; a free one where nobody knows it, `first` where somebody has a guess."""
        if name in self.bound:
            return self.bound[name]
        if name not in self.free:
            self.free[name] = first if first is not None else self.fresh(name)
        return self.free[name]

    def fresh(self, name: str) -> int:
        """A size that no other name has."""
        if HEIGHT.match(name):
            return SPATIAL["h"]
        if WIDTH.match(name):
            return SPATIAL["w"]
        if DEPTH.match(name):
            return SPATIAL["d"]
        taken = {*self.bound.values(), *self.free.values()}
        return next((size for size in FREE if size not in taken), 127)

    def evaluate(self, text: str) -> int | None:
        """The value of a dimension expression (`H // 2`, `2 * d`)."""
        tree = expression(text)
        if tree is None:
            return self.size(text)
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        try:
            scope = {n: self.size(n) for n in names}
            value: Any = eval(compile(tree, "<dimension>", "eval"), {"__builtins__": {}}, scope)
        except (ArithmeticError, TypeError, ValueError):
            return None
        return int(value) if isinstance(value, (int, float)) else None


_ALLOWED = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.Name, ast.Constant, ast.operator, ast.unaryop, ast.Load,
)  # fmt: skip


def expression(text: str) -> ast.Expression | None:
    """A dimension as an expression over names; None where it is only a name with odd letters in it."""
    try:
        tree = ast.parse(text.replace("^", "**").replace("//", "/").replace("/", "//"), mode="eval")
    except SyntaxError:
        return None
    return tree if all(isinstance(n, _ALLOWED) for n in ast.walk(tree)) else None


def known_names(*sources: dict[str, Any]) -> dict[str, int]:
    """The whole numbers among constructor arguments, attributes and configurations."""
    return {k: v for source in sources for k, v in source.items() if type(v) is int and v > 0 and not k.startswith("_")}


def bound_to(names: dict[str, int], inputs: Iterable[wire.Declared]) -> Binding:
    """Bind the names in the declarations that are known exactly; one under another common name has that size at first.

    A single letter is too common for the attribute of that name to say what it is: it is the first guess.
    """
    binding = Binding()
    plain = {plain_name(name): value for name, value in names.items()}
    for symbol in sorted(symbols_in(inputs)):
        known = names.get(symbol, plain.get(plain_name(symbol)))
        own = {plain[n] for n in (f"in{plain_name(symbol)}", f"input{plain_name(symbol)}") if n in plain}
        if known is not None and len(plain_name(symbol)) > 1:
            # Where `in_channels` is another size than `channels`, those of an input may be either.
            (binding.bound if own <= {known} else binding.free)[symbol] = known
        elif symbol in names and names[symbol] > 1:
            binding.free[symbol] = names[symbol]
        elif not BATCH.match(symbol):
            group = next((g for g in _SYNONYMS if plain_name(symbol) in g), set[str]())
            values = {
                plain[other] for other in group if other in plain and (len(other) > 1 or other == plain_name(symbol))
            }
            if len(values) == 1:
                binding.free[symbol] = values.pop()
    return binding


def alike(a: str, b: str) -> bool:
    """Whether two names may be two words for one size."""
    if plain_name(a).rstrip("s") == plain_name(b).rstrip("s") or (BATCH.match(a) and BATCH.match(b)):
        return True
    if {bool(HEIGHT.match(a)), bool(WIDTH.match(a))} == {True, False} and (HEIGHT.match(b) or WIDTH.match(b)):
        return True
    if (stem := _stem(a)) is not None and stem == _stem(b):
        return True  # `dim_q` and `dim_k`
    one, other = plain_name(a), plain_name(b)
    if one.rstrip("0123456789") == other or other.rstrip("0123456789") == one:
        return True  # `time` beside `time2` is any of several
    return any(one in group and other in group for group in _SYNONYMS)


def _stem(name: str) -> str | None:
    """What a name is of before the letter that tells it from its siblings."""
    match = re.fullmatch(r"(\w*[a-z])(?:_[a-zA-Z]|[A-Z])", name)
    return match[1] if match else None


def plain_name(name: str) -> str:
    """A name without what people write differently."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def symbols_in(inputs: Iterable[wire.Declared]) -> set[str]:
    """All names in the declarations."""
    found: set[str] = set()
    for declared in inputs:
        for shape in declared.alternatives:
            for dim in shape:
                if dim.kind == "sym":
                    found.add(dim.text)
                elif dim.kind == "expr":
                    found.update(re.findall(r"[A-Za-z_]\w*", dim.text))
        found |= symbols_in(declared.items)
    return found


def dims(*sizes: int | str) -> tuple[wire.Dim, ...]:
    """A shape of ints and names."""
    return tuple(wire.Dim("sym", s) if isinstance(s, str) else wire.Dim("int", value=int(s)) for s in sizes)


def loosened(shape: tuple[wire.Dim, ...], name: str) -> tuple[wire.Dim, ...]:
    """A guessed shape in which the numbers are sizes of names: a guess that the search may correct."""
    return tuple(
        wire.Dim("sym", f"{name}~{i}", d.value) if d.kind == "int" and (d.value or 0) > 1 else d
        for i, d in enumerate(shape)
    )


def numbers(shape: tuple[wire.Dim, ...], binding: Binding) -> tuple[int, ...] | None:
    """A declared shape in numbers; None where an expression has no size."""
    result: list[int] = []
    for position, dim in enumerate(shape):
        if dim.kind == "int" and dim.value is not None:
            result.append(dim.value if dim.value >= 0 else binding.size(f"dim{position}"))
        elif dim.kind in ("sym", "variadic"):
            result.append(binding.size(dim.text, dim.value))
        elif dim.kind == "expr":
            value = binding.evaluate(dim.text)
            if value is None or value <= 0:
                return None
            result.append(value)
        elif dim.kind == "any":
            result.append(binding.size(f"dim{position}"))
    return tuple(result)


def expanded(shape: tuple[wire.Dim, ...]) -> tuple[tuple[wire.Dim, ...], ...]:
    """The shapes that one with an ellipsis, or with optional dimensions, stands for; the likeliest first."""
    optional = next(
        (i for i, dim in enumerate(shape) if dim.optional and dim.kind not in ("ellipsis", "variadic")), None
    )
    if optional is not None:
        with_it = (*shape[:optional], _required(shape[optional]), *shape[optional + 1 :])
        without = (*shape[:optional], *shape[optional + 1 :])
        return (*expanded(with_it), *expanded(without))[:8]
    open_ = next((i for i, dim in enumerate(shape) if dim.kind in ("ellipsis", "variadic")), None)
    if open_ is None:
        return (shape,)
    name = shape[open_].text or "dim"
    result: list[tuple[wire.Dim, ...]] = []
    for count in (1, 2, 0, 3):
        middle = dims(
            *(["B"] if count == 1 and name == "dim" and open_ == 0 else [f"{name}{i + 1}" for i in range(count)])
        )
        result.extend(expanded((*shape[:open_], *middle, *shape[open_ + 1 :])))
    return tuple(dict.fromkeys(result))[:8]


def _required(dim: wire.Dim) -> wire.Dim:
    return wire.Dim(dim.kind, dim.text, dim.value, False, dim.broadcast)
