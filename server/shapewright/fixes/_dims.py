"""Where the size of one dimension was born: a layer, the creation of the tensor, a view, a slice, the loader."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from shapewright import wire
from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Spot, last_name
from shapewright.fixes._made import WRAPPERS, size_arguments
from shapewright.fixes._numbers import evaluate, values

_LAYERS = ("linear", "embedding", "lstm", "gru", "rnn_tanh", "conv1d", "conv2d", "conv3d",
           "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")  # fmt: skip
_VIEWS = frozenset({"view", "reshape", "expand", "repeat", "unflatten"})
_REDUCES = frozenset(
    {"sum", "mean", "max", "min", "argmax", "argmin", "amax", "amin", "norm", "all", "any", "prod", "logsumexp"}
)


@dataclass(frozen=True)
class Source:
    """An expression that gives a dimension its size. `layer` and `setting` tell of a layer, else `made` is its call."""

    spot: Spot
    size: int
    kind: Literal["layer", "made", "view", "loader", "slice"]
    words: str

    def title(self, size: int) -> str:
        """The title of an edit that gives it another size."""
        text = self.words.format(size)
        return re.sub(r"\b1 (channel|feature|class|entr)(s|es|ies)\b", _singular, text)

    def titled(self, size: int, words: str) -> str:
        """The title with the words of the change, where they say more than the number."""
        title = self.title(size)
        return title if words == str(size) and self.kind != "layer" else f"{title} ({words})"


def _singular(found: re.Match[str]) -> str:
    return f"1 {found[1]}{'y' if found[2] == 'ies' else ''}"


def sources(context: Context, operand: wire.Operand, axis: int) -> Iterator[Source]:
    """Where the size of a dimension of an operand comes from, the nearest first."""
    shape = read.shape(operand)
    if shape is None or not -len(shape) <= axis < len(shape):
        return
    size = shape[axis]
    if size is None:
        return
    own = _parameter(context, operand, axis % len(shape))
    if own is not None:
        yield own
        return
    place = axis % len(shape)
    for number, step in enumerate(operand.history):
        fact = step.value.tensor
        later = operand.history[number + 1].value.tensor if number + 1 < len(operand.history) else None
        if fact is None or fact.shape is None or place >= len(fact.shape) or fact.shape[place] != size:
            return
        spot = context.spot(step.span)
        found = list(_at(context, step, spot, place, fact.shape))
        yield from found
        if any(s.kind in ("made", "loader", "layer") for s in found) or later is None or later.shape is None:
            return
        before = _through(step.op, spot, place, fact.shape, later.shape)
        if before is None or before >= len(later.shape) or later.shape[before] != size:
            return
        place = before
    spot = context.spot(operand.span)
    if not operand.history and spot is not None:
        yield from _created(context, spot, place, shape)


def _parameter(context: Context, operand: wire.Operand, axis: int) -> Source | None:
    """The constructor argument behind a parameter of the failing layer."""
    module, call = context.failure.module, layers.made(context)
    if module is None or call is None or operand.name not in read.PARAMETERS:
        return None
    kind = module.type
    if kind.startswith("ConvTranspose"):
        names = ("in_channels", "out_channels")
    elif kind.startswith(("Conv", "LazyConv")):
        names = ("out_channels", "in_channels")
    elif kind == "Linear":
        names = ("out_features", "in_features")
    elif kind == "Embedding":
        names = ("num_embeddings", "embedding_dim")
    else:
        own = {"GroupNorm": "num_channels", "LayerNorm": "normalized_shape", "RMSNorm": "normalized_shape"}
        names = (own.get(kind, "num_features"),) * (1 + axis if kind in ("LayerNorm", "RMSNorm") else 1)
    if axis >= len(names):
        return None
    spot, size = layers.argument(call, names[axis]), read.setting(context.failure, names[axis])
    shape = read.shape(operand) or ()
    if isinstance(size, tuple) and spot is not None:
        size = shape[axis]
        spot = spot.at(spot.node.elts[axis]) if isinstance(spot.node, (ast.Tuple, ast.List)) else spot
    if spot is not None and isinstance(size, int):
        return Source(spot, size, "layer", layer_title(context, call, names[axis]))
    return None


def layer_title(context: Context, call: Spot, name: str) -> str:
    """`Make conv1 take {} channels`: what the change of a constructor argument does."""
    noun = "channels" if "channels" in name else "features"
    verb = {"out_channels": "give", "out_features": "give", "embedding_dim": "give"}.get(name, "take")
    special = {"hidden_size": "with a hidden size of {}", "num_embeddings": "with {} entries"}.get(name)
    return f"Make {layers.name(context, call)} {special or f'{verb} {{}} {noun}'}"


def _at(context: Context, step: wire.Step, spot: Spot | None, axis: int, shape: read.Shape) -> Iterator[Source]:
    """The expressions at one step that give the dimension its size."""
    size = shape[axis]
    if size is None:
        return
    if spot is None:
        if step.op == "stack" and axis == 0:
            yield from _loader(context, step, size)
        return
    node = spot.node
    if isinstance(node, ast.Call):
        name = last_name(node.func)
        if name in _VIEWS:
            yield from _view(context, spot, node, axis, size)
        elif name == "one_hot" and axis == len(shape) - 1 and (given := _given(node, 1, "num_classes")) is not None:
            yield Source(spot.at(given), size, "view", "Make {} classes")
        elif step.kind != "made" or step.op in _LAYERS:
            yield from _layer(context, step, spot, axis, shape)
    elif isinstance(node, ast.Subscript):
        yield from _slice(spot, node, axis, size)
    if step.kind == "made":
        yield from _created(context, spot, axis, shape)


def _layer(context: Context, step: wire.Step, spot: Spot, axis: int, shape: read.Shape) -> Iterator[Source]:
    size, found = shape[axis], 0
    assert size is not None
    ops = [step.op] if step.op in _LAYERS else list(_LAYERS)
    for op in ops:
        dims = int(op[-2]) if op[-1:] == "d" else 0
        wanted = len(shape) - dims - 1
        if axis != wanted:
            continue
        for call in layers.makers(context, spot, op):
            name = layers.output_name(layers.last_name_of(call))
            given = layers.argument(call, name)
            known = values(context, given) if given is not None else ()
            if given is None or (known and size not in known and 2 * size not in known and size // 2 not in known):
                continue
            worth = size if size in known or not known else next(v for v in known)
            yield Source(given, worth, "layer", layer_title(context, call, name))
            found += 1
            if found == 2:
                return


def _view(context: Context, spot: Spot, node: ast.Call, axis: int, size: int) -> Iterator[Source]:
    arguments = node.args
    if len(arguments) == 1 and isinstance(arguments[0], (ast.Tuple, ast.List)):
        arguments = arguments[0].elts
    if axis < len(arguments) and not any(isinstance(a, ast.Starred) for a in arguments):
        given = spot.at(arguments[axis])
        if evaluate(context, given) not in (-1, None):
            yield Source(given, size, "view", f"Make dimension {axis} of {last_name(node.func)}(…) {{}}")


def _slice(spot: Spot, node: ast.Subscript, axis: int, size: int) -> Iterator[Source]:
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    place = 0
    for item in items:
        if isinstance(item, ast.Slice):
            if place == axis and item.upper is not None and item.step is None:
                yield Source(spot.at(item.upper), size, "slice", f"Take {{}} in dimension {axis} of {spot.text}")
            place += 1
        elif isinstance(item, ast.Constant) and item.value is None:
            place += 1


def _created(context: Context, spot: Spot, axis: int, shape: read.Shape) -> Iterator[Source]:
    given, size = size_arguments(context, spot), shape[axis]
    if given is not None and axis < len(given) and size is not None:
        shown = ["?" if s is None else str(s) for s in shape]
        shown[axis] = "{}"
        yield Source(given[axis], size, "made", f"Make {variable(given[axis])} [{', '.join(shown)}]")


def variable(spot: Spot) -> str:
    """The name that what is made here is assigned to, or a word for it."""
    statement, node = spot.tree.statement(spot.node), _outermost(spot)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and node in value.elts:
            target, value = target.elts[value.elts.index(node)], node
        if value is node and isinstance(target, (ast.Name, ast.Attribute)):
            return spot.tree.text(target)
    return "the tensor"


def _outermost(spot: Spot) -> ast.expr:
    """The whole expression that makes a tensor: the creation with what is wrapped around it and called behind it."""
    node: ast.AST = spot.node
    calls = int(isinstance(node, ast.Call))
    for outer in spot.tree.around(spot.node):
        if not isinstance(outer, (ast.expr, ast.keyword)) or (isinstance(outer, (ast.Tuple, ast.List)) and calls):
            break
        if isinstance(outer, ast.Call):
            given = node in outer.args or isinstance(node, ast.keyword)
            if calls and given and last_name(outer.func) not in WRAPPERS:
                break
            calls += 1
        node = outer
    return node if isinstance(node, ast.expr) else spot.node


def _loader(context: Context, step: wire.Step, size: int) -> Iterator[Source]:
    for call in context.calls("DataLoader"):
        assert isinstance(call.node, ast.Call)
        given = _given(call.node, 1, "batch_size")
        if given is not None and size in values(context, call.at(given)):
            yield Source(call.at(given), size, "loader", "Make batches of {}")


def _given(call: ast.Call, position: int, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position] if position < len(call.args) else None


def _through(op: str, spot: Spot | None, axis: int, shape: read.Shape, before: read.Shape) -> int | None:
    """Which dimension of the first operand of a step a dimension of its result was."""
    call = spot.node if spot is not None and isinstance(spot.node, ast.Call) else None
    if op in ("transpose", "swapaxes", "permute", "movedim", "t", "__get__"):
        return _moved(op, call, axis, len(shape))
    if op == "unsqueeze":
        place = constant(call, 0)
        return None if place is None or place % len(shape) == axis else axis - (axis > place % len(shape))
    if op == "squeeze":
        place = constant(call, 0)
        return None if place is None else axis + (axis >= place % len(before))
    if op in _REDUCES and len(before) == len(shape) + 1:
        place = constant(call, 0, "dim")
        return None if place is None else axis + (axis >= place % len(before))
    if op == "stack" and len(before) == len(shape) - 1:
        place = constant(call, 1, "dim") or 0
        return axis - 1 if axis > place % len(shape) else axis if axis < place % len(shape) else None
    if op == "embedding" and len(before) == len(shape) - 1:
        return axis if axis < len(before) else None
    if op == "flatten":
        return axis if axis < (constant(call, 0) or 0) else None
    if op == "__getitem__" and spot is not None and isinstance(spot.node, ast.Subscript):
        return _indexed(spot.node, axis)
    return axis


def _moved(op: str, call: ast.Call | None, axis: int, rank: int) -> int | None:
    if op in ("t", "__get__"):
        return rank - 1 - axis
    if call is None:
        return None
    numbers = [
        _integer(a)
        for a in (
            call.args[0].elts if len(call.args) == 1 and isinstance(call.args[0], (ast.Tuple, ast.List)) else call.args
        )
    ]
    places = [n % rank for n in numbers if n is not None]
    if len(places) != len(numbers):
        return None
    if op == "permute":
        return places[axis] if len(places) == rank else None
    if len(places) == 2 and op != "movedim":
        one, other = places
        return other if axis == one else one if axis == other else axis
    return None


def _indexed(node: ast.Subscript, axis: int) -> int | None:
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    source, result = 0, 0
    for item in items:
        if isinstance(item, ast.Slice):
            if result == axis:
                return source
            source, result = source + 1, result + 1
        elif isinstance(item, ast.Constant) and item.value is None:
            if result == axis:
                return None
            result += 1
        elif isinstance(item, ast.Constant) and item.value is Ellipsis:
            return None
        else:
            source += 1
    return source + (axis - result)


def constant(call: ast.Call | None, position: int, name: str = "dim") -> int | None:
    """A whole number that a call is given, by position among its own arguments or by name."""
    if call is None:
        return None
    given = _given(call, position, name)
    return _integer(given) if given is not None else None


def _integer(node: ast.expr) -> int | None:
    try:
        value: Any = ast.literal_eval(node)
    except ValueError:
        return None
    return value if type(value) is int else None
