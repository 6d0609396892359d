"""Heights and widths that do not meet: padding, output_padding, a crop, an interpolation, another input size."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _layers as layers
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot
from shapewright.fixes._demands import Demand, demands
from shapewright.fixes._dtypes import torch_name
from shapewright.fixes._made import size_arguments
from shapewright.fixes._numbers import changes, evaluate
from shapewright.fixes._places import arguments
from shapewright.fixes._tree import Tree

_CONVS = ("conv1d", "conv2d", "conv3d")


def offers(context: Context) -> Iterator[Offer]:
    """The settings of the layers behind the smaller and the larger tensor, then the sizes themselves."""
    found = [d for d in demands(context.failure) if _is_spatial(d)]
    if context.failure.exception == "EinopsError":
        for operand in context.failure.operands:
            yield from _input_size(context, operand)
    if not found:
        return
    demand = found[0]
    small, large = sorted((demand.one, demand.other), key=lambda e: e.size or 0)
    gap = (large.size or 0) - (small.size or 0)
    yield from _output_padding(context, small.operand, large.operand)
    yield from _padding(context, small.operand, gap)
    yield from _padding(context, large.operand, -gap)
    yield from _ceil(context, small.operand)
    yield from _interpolated(context, small.operand, large.operand)
    yield from _cropped(context, small.operand, large.operand)
    yield from _input_size(context, small.operand)


def _is_spatial(demand: Demand) -> bool:
    ranks = [len(read.shape(end.operand) or ()) for end in (demand.one, demand.other)]
    axes = [end.axis % rank for end, rank in zip((demand.one, demand.other), ranks, strict=True)]
    if ranks[0] != ranks[1] or axes[0] != axes[1] or min(ranks) < 3 or min(axes) < 2:
        return False
    steps = [step.op for end in (demand.one, demand.other) for step in end.operand.history]
    return min(ranks) > 3 or any(op.startswith(("conv", "max_pool", "avg_pool", "interpolate")) for op in steps)


def _layers_behind(context: Context, operand: wire.Operand, ops: tuple[str, ...]) -> Iterator[Spot]:
    """The constructor calls of the layers that an operand went through, the nearest first."""
    seen: set[object] = set()
    for step in operand.history[:4]:
        spot = context.spot(step.span)
        for op in ops:
            for call in layers.makers(context, spot, op) if spot is not None else ():
                if call.key not in seen:
                    seen.add(call.key)
                    yield call


def _output_padding(context: Context, small: wire.Operand, large: wire.Operand) -> Iterator[Offer]:
    """A transposed convolution of stride 2 gives one more where it is told so, each axis for itself."""
    ops = ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
    pairs = zip((read.shape(small) or ())[2:], (read.shape(large) or ())[2:], strict=False)
    gaps = [b - a if a is not None and b is not None else -1 for a, b in pairs]
    for number, call in enumerate(_layers_behind(context, small, ops)):
        assert isinstance(call.node, ast.Call)
        given = layers.argument(call, "output_padding")
        now = evaluate(context, given) if given is not None else 0
        stride = layers.argument(call, "stride")
        steps = evaluate(context, stride) if stride is not None else 1
        if not isinstance(now, int) or not isinstance(steps, int) or not all(0 <= now + gap < steps for gap in gaps):
            continue
        wanted = [now + gap for gap in gaps]
        text = str(wanted[0]) if len(set(wanted)) == 1 else f"({', '.join(map(str, wanted))})"
        edit = call.tree.keyword(call.node, "output_padding", text)
        title = f"Make {layers.name(context, call)} give {read.sizes((read.shape(large) or ())[2:])}: "
        yield Offer(f"{title}output_padding={text}", (edit,), 0.4 + 0.2 * number, sure=True)


def _padding(context: Context, operand: wire.Operand, gap: int) -> Iterator[Offer]:
    """A convolution of stride 1 gives two more for each padding."""
    for number, call in enumerate(_layers_behind(context, operand, _CONVS)):
        assert isinstance(call.node, ast.Call)
        given = layers.argument(call, "padding")
        now = evaluate(context, given) if given is not None else 0
        if not isinstance(now, int) or gap % 2 or now + gap // 2 < 0:
            continue
        text = str(now + gap // 2)
        edit = (
            call.tree.replace(given.node, text) if given is not None else call.tree.keyword(call.node, "padding", text)
        )
        title = f"Make {layers.name(context, call)} give {abs(gap)} {'more' if gap > 0 else 'less'} (padding={text})"
        yield Offer(title, (edit,), (0.5 if gap > 0 else 0.8) + 0.2 * number, sure=gap > 0)


def _ceil(context: Context, operand: wire.Operand) -> Iterator[Offer]:
    for call in context.calls("MaxPool1d", "MaxPool2d", "AvgPool2d", "MaxPool3d"):
        assert isinstance(call.node, ast.Call)
        if not any(k.arg == "ceil_mode" for k in call.node.keywords):
            edit = call.tree.keyword(call.node, "ceil_mode", "True")
            yield Offer(f"Let {layers.name(context, call)} round up (ceil_mode=True)", (edit,), 2.2)


def _interpolated(context: Context, small: wire.Operand, large: wire.Operand) -> Iterator[Offer]:
    one, other = context.spot(small.span), context.spot(large.span)
    if one is None or other is None or len(read.shape(small) or ()) != 4 or (read.shape(small) or ())[1:2] == (None,):
        return
    functional = functional_name(one.tree)
    if functional is not None:
        text = f"{functional}.interpolate({one.text}, size={other.text}.shape[-2:])"
        title = f"Scale {one.text} to {read.sizes((read.shape(large) or ())[-2:])}: {text}"
        yield Offer(title, one.replace(text), 1.0, sure=True)


def _cropped(context: Context, small: wire.Operand, large: wire.Operand) -> Iterator[Offer]:
    one, other = context.spot(small.span), context.spot(large.span)
    a, b = read.shape(small), read.shape(large)
    if one is None or other is None or a is None or b is None:
        return
    axes = [i for i in range(len(a)) if a[i] != b[i]]
    if not isinstance(one.node, (ast.Name, ast.Attribute)):
        cuts = {i: str(a[i]) for i in axes}
    else:
        cuts = {i: f"{one.text}.size({i})" for i in axes}
    index = ", ".join(f":{cuts[i]}" if i in cuts else ":" for i in range(axes[-1] + 1))
    yield Offer(f"Crop {other.text} to {read.sizes(a)}", other.suffix(f"[{index}]"), 1.2, sure=True)


def _input_size(context: Context, operand: wire.Operand) -> Iterator[Offer]:
    """Another size of the made-up input: the next multiple of 4, 8, 16, 32."""
    last = operand.history[-1].span if operand.history else operand.span
    spot, climbed = context.spot(last), context.spot(operand.span)
    if not operand.history and climbed is not None:
        spot = ([climbed, *arguments(context, climbed)])[-1]
    given = size_arguments(context, spot) if spot is not None else None
    shape = (operand.history[-1].value.tensor if operand.history else operand.value.tensor) or wire.TensorFact(
        None, None
    )
    if shape.shape is None or given is None or len(given) != len(shape.shape) or len(given) < 3:
        return
    now = [s for s in shape.shape[2:] if s is not None]
    for number, base in enumerate((8, 16, 32, 4)):
        sizes = [max(base, round(s / base) * base) for s in now]
        if sizes == now or len(sizes) != len(given) - 2:
            continue
        ways = [changes(context, spot_, s, goal) for spot_, s, goal in zip(given[2:], now, sizes, strict=True)]
        if all(ways):
            edits = {edit for way in ways for edit in way[0].edits}
            title = f"Make the input {' × '.join(map(str, sizes))}, a multiple of {base}"
            yield Offer(title, tuple(edits), 1.4 + 0.1 * number)


def functional_name(tree: Tree) -> str | None:
    """What the file calls torch.nn.functional."""
    for node in ast.walk(tree.module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "torch.nn.functional" and alias.asname:
                    return alias.asname
        elif isinstance(node, ast.ImportFrom) and node.module == "torch.nn":
            for alias in node.names:
                if alias.name == "functional":
                    return alias.asname or alias.name
    torch = torch_name(tree)
    return f"{torch}.nn.functional" if torch is not None else None
