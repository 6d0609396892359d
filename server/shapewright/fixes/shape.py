"""A method that changes the shape behind an operand: `squeeze(1)`, `flatten(1)`, `permute(0, 3, 1, 2)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from shapewright import wire
from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer
from shapewright.fixes._fits import Transform, fits, transforms
from shapewright.fixes._places import Place, places

_PER_OPERAND = 3
_FLAT = ("binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss", "cat", "stack")
_STRICT = ("mse_loss", "batch_norm", "cat", "stack", "gather", "masked_fill")


def offers(context: Context) -> Iterator[Offer]:
    """The transforms after which the operation takes its operands, where they are used and where they come from."""
    failure = context.failure
    if read.cause(failure) in ("device", "value"):
        return
    indexed = read.op(failure) == "__getitem__"
    if (
        read.cause(failure) == "dtype"
        and not indexed
        and len({len(read.shape(o) or ()) for o in read.inputs(failure)}) == 1
    ):
        return
    for number, operand in enumerate(read.inputs(failure)[:3]):
        shape = read.shape(operand)
        if shape is None or (operand.name == "weight" and read.op(failure) != "cross_entropy"):
            continue
        if read.op(failure) in ("cross_entropy", "nll_loss") and operand.name == "input" and len(shape) < 3:
            continue
        found = [t for t in transforms(shape) if _is_usual(failure, t, shape) and fits(failure, operand.name, t.shape)]
        best: dict[read.Shape, Transform] = {}
        for transform in sorted(found, key=lambda t: t.cost):
            best.setdefault(transform.shape, transform)
        ranked = sorted(best.values(), key=lambda t: (_is_across(failure, t), t.cost))
        for count, transform in enumerate(ranked[:_PER_OPERAND]):
            base = _base(failure, operand, transform) + 0.05 * number
            for place in _two(places(context, operand)):
                text = _there(transform, shape, place)
                if text is None or (text.startswith(".squeeze") and _adds(place)):
                    continue
                made = place.spot.tree.suffixed(place.spot.node, text)
                name = "an operand of" if operand.name.startswith("argument") else operand.name
                title = f"Give it {name} {read.sizes(transform.shape)}: {made}"
                cost = base + transform.cost + place.cost + 0.3 * count
                sure = count == 0 and base < 1.5 and not _is_chance(failure, transform, shape)
                yield Offer(title, place.spot.suffix(text), cost, sure)
                if (cast := _target_cast(failure, operand)) and place.reach in ("call", "argument"):
                    # PyTorch looks at the shape first and would then refuse the dtype.
                    yield Offer(f"{title}{cast}", place.spot.suffix(text + cast), cost + 0.01, sure)
                layered = read.op(failure).startswith(("conv", "interpolate", "max_pool", "avg_pool", "batch_norm"))
                if text == ".unsqueeze(0)" and layered and place.reach == "call" and context.failing is not None:
                    edits = (*place.spot.suffix("[None]"), *context.failing.suffix("[0]"))
                    again = f"Make it a batch of one, and take that away again: {place.spot.text}[None] … [0]"
                    yield Offer(again, edits, cost + 0.15, sure)


def _is_across(failure: wire.Failure, transform: Transform) -> bool:
    """Whether one entry is to be gathered for each row, and the index got its new dimension elsewhere."""
    return read.op(failure) == "gather" and read.argument(failure, "dim", "argument 2") not in (None, *transform.axes)


def _target_cast(failure: wire.Failure, operand: wire.Operand) -> str:
    """The method that gives a loss's target the dtype which the loss takes, where it has another."""
    if operand.name != "target":
        return ""
    indices = read.op(failure) in ("cross_entropy", "nll_loss")
    floating = (read.dtype(operand) or "").startswith(("float", "bfloat"))
    if indices:
        return ".long()" if floating else ""
    return "" if floating else ".float()"


def _adds(place: Place) -> bool:
    """Whether the expression adds the dimension itself: then that is left out instead."""
    node = place.spot.node
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "unsqueeze"


def _is_chance(failure: wire.Failure, transform: Transform, shape: read.Shape) -> bool:
    """Whether it was by chance that other dimensions in the place of the channels have the right size."""
    turned = transform.text.startswith((".permute", ".transpose"))
    return turned and read.op(failure).startswith("conv") and shape[1:].count(transform.shape[1]) > 1


def _two(found: list[Place]) -> list[Place]:
    """The use, and the nearest place where it comes from."""
    made = [place for place in found if place.reach in ("birth", "step")]
    return [*[place for place in found if place.reach in ("call", "argument")][:2], *made[-1:]]


def _is_usual(failure: wire.Failure, transform: Transform, shape: read.Shape) -> bool:
    """Whether people do this in front of such an operation: a matrix is turned, but not averaged to fit a sum."""
    op, text = read.op(failure), transform.text
    if transform.shape == shape:
        return False
    if op in ("matmul", "mm", "bmm", "LSTM", "GRU", "RNN"):
        return text.startswith((".transpose", ".permute", ".squeeze")) or (op == "matmul" and len(shape) == 1)
    if text == ".sum(0)":
        return failure.op.endswith("add_")
    if op in ("linear", "cross_entropy", "nll_loss") or op.startswith("conv"):
        return not text.startswith("[-1]")
    return not text.startswith(("[:, -1]", ".mean", "[-1]", ".flatten")) or op in _FLAT


def _base(failure: wire.Failure, operand: wire.Operand, transform: Transform) -> float:
    """How likely the shape is what is wrong: a wrong rank, or the dimensions in another order."""
    op, shape = read.op(failure), read.shape(operand) or ()
    if op in ("cross_entropy", "nll_loss"):
        # The labels are squeezed; of the logits it is the layout that is wrong.
        return 0.3 if (operand.name == "target") == (len(transform.shape) < len(shape)) else 0.9
    if op.startswith(("conv", "binary")) or op in _STRICT:
        return 0.3
    if op == "linear" or op in ("LSTM", "GRU", "RNN", "matmul"):
        # What is as many features as the layer takes once it is flattened was to be flattened.
        return 1.6 if op == "linear" and transform.text != ".flatten(1)" else 0.9
    flat = len(shape) == 1 and all(len(read.shape(o) or ()) == 1 for o in failure.operands)
    return 1.6 if flat else 0.8


def _there(transform: Transform, shape: read.Shape, place: Place) -> str | None:
    """The same change at an earlier place, where the tensor may be one item of the batch."""
    its = place.fact.shape
    if its is None or place.reach in ("call", "argument", "assigned"):
        return transform.text
    if its == shape or (len(its) == len(shape) and its[1:] == shape[1:] and 0 not in transform.axes):
        return transform.text
    if (
        its == shape[1:]
        and 0 not in transform.axes
        and transform.text.startswith((".unsqueeze", ".squeeze", ".transpose"))
    ):
        return re.sub(r"\d+", lambda m: str(int(m[0]) - 1), transform.text.replace("(-1)", f"({len(shape) - 1})"))
    if its == shape[1:] and transform.text.startswith(".permute(0"):
        return re.sub(r"\d+", lambda m: str(int(m[0]) - 1), transform.text.replace("(0, ", "("))
    return None
