"""The calls that make layers, and their arguments by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright.fixes._context import Context, Spot, last_name
from shapewright.fixes._origins import attributes, find_class, origins

_CONV = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups")
_DECONV = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding", "groups")
_NORM = ("num_features",)
_RNN = ("input_size", "hidden_size", "num_layers")
_POOL = ("kernel_size", "stride", "padding")
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "Linear": ("in_features", "out_features", "bias"),
    "Bilinear": ("in1_features", "in2_features", "out_features"),
    "Embedding": ("num_embeddings", "embedding_dim", "padding_idx"),
    "EmbeddingBag": ("num_embeddings", "embedding_dim"),
    "LayerNorm": ("normalized_shape",),
    "RMSNorm": ("normalized_shape",),
    "GroupNorm": ("num_groups", "num_channels"),
    "MultiheadAttention": ("embed_dim", "num_heads"),
    "TransformerEncoderLayer": ("d_model", "nhead", "dim_feedforward"),
    "TransformerDecoderLayer": ("d_model", "nhead", "dim_feedforward"),
    "PReLU": ("num_parameters",),
    "PixelShuffle": ("upscale_factor",),
    **{f"Conv{d}d": _CONV for d in (1, 2, 3)},
    **{f"LazyConv{d}d": _CONV[1:] for d in (1, 2, 3)},
    **{f"ConvTranspose{d}d": _DECONV for d in (1, 2, 3)},
    **{f"{kind}Norm{d}d": _NORM for kind in ("Batch", "Instance") for d in (1, 2, 3)},
    **{f"{kind}Pool{d}d": _POOL for kind in ("Max", "Avg") for d in (1, 2, 3)},
    **dict.fromkeys(("RNN", "LSTM", "GRU"), _RNN),
    **{f"{name}Cell": _RNN[:2] for name in ("RNN", "LSTM", "GRU")},
}
"""The leading parameters of the constructors, in their order."""

_MAKERS: dict[str, tuple[str, ...]] = {
    "linear": ("Linear",),
    "embedding": ("Embedding",),
    "lstm": ("LSTM",),
    "gru": ("GRU",),
    "rnn_tanh": ("RNN",),
    "rnn_relu": ("RNN",),
    **{f"conv{d}d": (f"Conv{d}d",) for d in (1, 2, 3)},
    **{f"conv_transpose{d}d": (f"ConvTranspose{d}d",) for d in (1, 2, 3)},
}
_OUTPUT = {"Linear": "out_features", "Embedding": "embedding_dim"}


def argument(call: Spot, name: str) -> Spot | None:
    """The expression that a constructor is given for a parameter."""
    node = call.node
    if not isinstance(node, ast.Call):
        return None
    for keyword in node.keywords:
        if keyword.arg == name:
            return call.at(keyword.value)
    names = ARGUMENTS.get(last_name(node.func), ())
    position = names.index(name) if name in names else len(node.args)
    if position >= len(node.args) or any(isinstance(a, ast.Starred) for a in node.args[: position + 1]):
        return None
    return call.at(node.args[position])


def output_name(layer: str) -> str:
    """The parameter that is the size of what a layer gives back."""
    if layer in _OUTPUT:
        return _OUTPUT[layer]
    return "hidden_size" if layer in ("LSTM", "GRU", "RNN") else "out_channels"


def makers(context: Context, called: Spot, op: str) -> list[Spot]:
    """The constructor calls of the layers of which a call may have run `op`; the last in a Sequential first."""
    wanted = _MAKERS.get(op, ())
    if not wanted or not isinstance(called.node, ast.Call):
        return []
    return [s for s in reversed(list(_inside(context, called.at(called.node.func), 5))) if _is(s, wanted)]


def made(context: Context) -> Spot | None:
    """The call that made the failing layer."""
    fact = context.failure.module
    spot = context.spot(fact.birth) if fact is not None else None
    return spot if spot is not None and isinstance(spot.node, ast.Call) else None


def name(context: Context, call: Spot) -> str:
    """What a layer is called: the attribute or variable that holds it, or its class."""
    statement = call.tree.statement(call.node)
    if isinstance(statement, ast.Assign) and statement.value is call.node and len(statement.targets) == 1:
        return last_name(statement.targets[0]) or last_name_of(call)
    return last_name_of(call)


def last_name_of(call: Spot) -> str:
    """The class of a constructor call."""
    return last_name(call.node.func) if isinstance(call.node, ast.Call) else ""


def _is(spot: Spot, names: tuple[str, ...]) -> bool:
    return isinstance(spot.node, ast.Call) and last_name(spot.node.func) in names


def _inside(context: Context, spot: Spot, depth: int) -> Iterator[Spot]:
    """The calls in what an expression stands for, those in containers and in the body of workspace classes too."""
    if depth <= 0:
        return
    node = spot.node
    if isinstance(node, ast.Call):
        yield spot
        for argument_ in [*node.args, *(k.value for k in node.keywords)]:
            inner = argument_.value if isinstance(argument_, ast.Starred) else argument_
            yield from _inside(context, spot.at(inner), depth - 1)
        own = find_class(context, last_name(node.func))
        if own is not None:
            for stored in ast.walk(own[1]):
                if isinstance(stored, ast.Assign) and isinstance(stored.value, ast.Call):
                    yield from _inside(context, Spot(own[0], stored.value), depth - 2)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for item in node.elts:
            yield from _inside(context, spot.at(item), depth - 1)
    elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        yield from _inside(context, spot.at(node.elt), depth - 1)
    elif isinstance(node, ast.Subscript):
        yield from _inside(context, spot.at(node.value), depth - 1)
    elif isinstance(node, (ast.Name, ast.Attribute)):
        found = origins(context, spot) or _loop(spot)
        for origin in found:
            yield from _inside(context, origin, depth - 1)
        if isinstance(node, ast.Name):
            yield from _appended(context, spot, node.id, depth)
        elif (owner := spot.tree.owner(node)) is not None:
            for holder in attributes(spot.tree, owner, node.attr):
                if isinstance(holder.node, ast.Name):
                    yield from _appended(context, holder, holder.node.id, depth)


def _appended(context: Context, spot: Spot, holder: str, depth: int) -> Iterator[Spot]:
    """What is appended to a list of that name in the same function."""
    scope = spot.tree.function(spot.node) or spot.tree.module
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if node.func.attr in ("append", "extend") and last_name(node.func.value) == holder:
                yield from _inside(context, spot.at(node.args[-1]), depth - 1)
        elif isinstance(node, ast.AugAssign) and last_name(node.target) == holder:
            yield from _inside(context, spot.at(node.value), depth - 1)


def _loop(spot: Spot) -> list[Spot]:
    """What the loop around a name iterates over."""
    if not isinstance(spot.node, ast.Name):
        return []
    for node in spot.tree.around(spot.node):
        parts = node.generators if isinstance(node, (ast.ListComp, ast.GeneratorExp)) else [node]
        for part in parts:
            if isinstance(part, (ast.For, ast.comprehension)):
                targets = [n.id for n in ast.walk(part.target) if isinstance(n, ast.Name)]
                if spot.node.id in targets:
                    iterated = part.iter
                    if isinstance(iterated, ast.Call) and last_name(iterated.func) in ("enumerate", "zip", "reversed"):
                        return [spot.at(a) for a in iterated.args]
                    return [spot.at(iterated)]
    return []
