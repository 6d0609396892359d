"""From declared shapes to sizes: which number stands for which name, and tensors of those sizes.

An int is itself; a name that the constructor or the module knows has that value; the same name is the same size. What
is left is free: a distinct, unlikely size, so that no accidental match hides a mistake, and the search may change it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

import torch

from shapewright import wire

BATCH = re.compile(r"^(b|n|bs|batch|batch_?size|num_?samples|bsz|nbatch|minibatch)$", re.I)
HEIGHT = re.compile(r"^(h|height|img_?h|image_?height|h_in|hin|rows?)$", re.I)
WIDTH = re.compile(r"^(w|width|img_?w|image_?width|w_in|win|cols?)$", re.I)
_FREE = (23, 29, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73)
_SPATIAL = {"h": 96, "w": 160, "d": 64}
_SYNONYMS = (
    {"c", "cin", "inchannels", "channels", "inch", "inplanes", "numchannels", "inputchannels", "nchannels", "inc"},
    {
        "d", "dmodel", "embeddim", "hiddensize", "dim", "hiddendim", "embdim", "nembd", "e", "f", "features",
        "infeatures", "inputsize", "inputdim", "indim", "inputfeatures", "nfeatures", "numfeatures", "din",
    },
    {"cout", "outchannels", "outfeatures", "outputsize", "outputdim", "outdim", "outch", "dout"},
    {"numclasses", "nclasses", "classes", "k", "ncls", "c"},
    {"t", "l", "s", "seqlen", "sequencelength", "length", "timesteps", "time", "seqlength", "maxlen", "blocksize"},
    {"h", "heads", "numheads", "nheads", "nhead"},
    {"vocabsize", "v", "numembeddings", "vocab", "ntokens"},
)  # fmt: skip


@dataclass
class Binding:
    """Sizes by name. `bound` may not be changed; `free` may."""

    bound: dict[str, int] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=dict)

    def size(self, name: str) -> int:
        """The size of a name, a free one where nobody knows it."""
        if name in self.bound:
            return self.bound[name]
        if name not in self.free:
            self.free[name] = self._fresh(name)
        return self.free[name]

    def _fresh(self, name: str) -> int:
        if HEIGHT.match(name):
            return _SPATIAL["h"]
        if WIDTH.match(name):
            return _SPATIAL["w"]
        taken = {*self.bound.values(), *self.free.values()}
        return next((size for size in _FREE if size not in taken), 79)

    def evaluate(self, text: str) -> int | None:
        """The value of a dimension expression (`H // 2`, `2 * d`)."""
        try:
            tree = ast.parse(text.replace("^", "**").replace("/", "//").replace("////", "//"), mode="eval")
        except SyntaxError:
            return self.size(text)
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        if any(
            not isinstance(
                n, (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Name, ast.Constant, ast.operator, ast.unaryop, ast.Load)
            )
            for n in ast.walk(tree)
        ):
            return self.size(text)
        try:
            value = eval(compile(tree, "<dimension>", "eval"), {"__builtins__": {}}, {n: self.size(n) for n in names})
        except (ArithmeticError, TypeError, ValueError):
            return None
        return int(value) if isinstance(value, (int, float)) else None


def known_names(*sources: dict[str, Any]) -> dict[str, int]:
    """The whole numbers among constructor arguments, attributes and configurations."""
    return {k: v for source in sources for k, v in source.items() if type(v) is int and v > 0 and not k.startswith("_")}


def start(names: dict[str, int], inputs: tuple[wire.Declared, ...]) -> Binding:
    """Bind the names in the declarations that are known exactly, or under another common name."""
    binding = Binding()
    plain = {_plain(name): value for name, value in names.items()}
    for symbol in sorted(_symbols(inputs)):
        if symbol in names:
            binding.bound[symbol] = names[symbol]
        elif _plain(symbol) in plain and len(_plain(symbol)) > 1:
            binding.bound[symbol] = plain[_plain(symbol)]
        elif not BATCH.match(symbol):
            group = next((g for g in _SYNONYMS if _plain(symbol) in g), set[str]())
            values = {plain[other] for other in group if other in plain and len(other) > 1}
            if len(values) == 1:
                binding.free[symbol] = values.pop()
    return binding


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _symbols(inputs: tuple[wire.Declared, ...]) -> set[str]:
    found: set[str] = set()
    for declared in inputs:
        for shape in declared.alternatives:
            for dim in shape:
                if dim.kind == "sym":
                    found.add(dim.text)
                elif dim.kind == "expr":
                    found.update(re.findall(r"[A-Za-z_]\w*", dim.text))
        found |= _symbols(declared.items)
    return found


def sizes(shape: tuple[wire.Dim, ...], binding: Binding) -> tuple[int, ...] | None:
    """A declared shape in numbers. An ellipsis stands for no dimension."""
    result: list[int] = []
    for position, dim in enumerate(shape):
        if dim.kind == "int" and dim.value is not None:
            result.append(dim.value if dim.value >= 0 else binding.size(f"dim{position}"))
        elif dim.kind == "sym":
            result.append(binding.size(dim.text))
        elif dim.kind == "expr":
            value = binding.evaluate(dim.text)
            if value is None or value <= 0:
                return None
            result.append(value)
        elif dim.kind == "any":
            result.append(binding.size(f"dim{position}"))
        elif dim.kind == "variadic" and "batch" in dim.text:
            result.append(binding.size(dim.text))
    return tuple(result)


def dtype_of(name: str | None) -> torch.dtype:
    """A torch dtype by name; the default one for none or an unknown one."""
    found = getattr(torch, name, None) if name else None
    return found if isinstance(found, torch.dtype) else torch.get_default_dtype()


def build(declared: wire.Declared, binding: Binding, choice: int = 0) -> Any:
    """A value as declared: fakes without known data. None where it cannot be made."""
    if declared.kind == "value" and declared.literal is not None:
        try:
            return ast.literal_eval(declared.literal)
        except (ValueError, SyntaxError):
            return None
    if declared.kind in ("list", "tuple"):
        items = declared.items * 2 if declared.kind == "list" and len(declared.items) == 1 else declared.items
        made = [build(item, binding) for item in items]
        return (tuple(made) if declared.kind == "tuple" else made) if all(m is not None for m in made) else None
    if declared.kind == "dict":
        return {key: build(item, binding) for key, item in zip(declared.keys, declared.items, strict=False)}
    if not declared.alternatives:
        return None
    shape = sizes(declared.alternatives[min(choice, len(declared.alternatives) - 1)], binding)
    return None if shape is None else torch.empty(shape, dtype=dtype_of(declared.dtype))
