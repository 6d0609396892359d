"""Letters of an einsum in another order, so that equal letters stand for equal sizes."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from shapewright.fixes import _read as read
from shapewright.fixes._context import Context, Offer, Spot


def offers(context: Context) -> Iterator[Offer]:
    """Other orders of the letters of one operand, or of the result where that is what was used."""
    failure, spot = context.failure, context.failing
    if read.op(failure) == "einsum" and spot is not None and isinstance(spot.node, ast.Call):
        shapes = [read.shape(o) for o in read.listed(failure) or read.inputs(failure)]
        if spot.node.args and all(s is not None for s in shapes):
            yield from _operands(spot.at(spot.node.args[0]), [s for s in shapes if s is not None])
        return
    for operand in read.inputs(failure):
        for step in operand.history[:4]:
            made = context.spot(step.span)
            if step.op == "einsum" and made is not None and isinstance(made.node, ast.Call) and made.node.args:
                yield from _result(made.at(made.node.args[0]))


def _operands(spot: Spot, shapes: list[read.Shape]) -> Iterator[Offer]:
    text = _text(spot)
    if text is None or "->" not in text:
        return
    left, _, right = text.partition("->")
    terms = [t.strip() for t in left.split(",")]
    if len(terms) != len(shapes):
        return
    for number, term in enumerate(terms):
        for order in itertools.permutations(term) if len(term) < 6 else ():
            new = [*terms[:number], "".join(order), *terms[number + 1 :]]
            if new != terms and _agree(new, shapes):
                moved = sum(a != b for a, b in zip(order, term, strict=True))
                equation = f"{', '.join(new) if ', ' in left else ','.join(new)}->{right}".replace(
                    "->", " -> " if " ->" in text else "->", 1
                )
                yield _offer(spot, equation, 0.4 + 0.1 * moved)


def _agree(terms: list[str], shapes: list[read.Shape]) -> bool:
    sizes: dict[str, int | None] = {}
    for term, shape in zip(terms, shapes, strict=True):
        if len(term) != len(shape):
            return False
        for letter, size in zip(term, shape, strict=True):
            if sizes.setdefault(letter, size) != size:
                return False
    return True


def _result(spot: Spot) -> Iterator[Offer]:
    text = _text(spot)
    if text is None or "->" not in text:
        return
    left, _, right = text.partition("->")
    letters = right.strip()
    for one, other in itertools.combinations(reversed(range(len(letters))), 2):
        order = list(letters)
        order[one], order[other] = order[other], order[one]
        yield _offer(spot, f"{left}->{right.replace(letters, ''.join(order))}", 0.9 + 0.1 * (len(letters) - one))


def _text(spot: Spot) -> str | None:
    value = spot.node.value if isinstance(spot.node, ast.Constant) else None
    return value if isinstance(value, str) else None


def _offer(spot: Spot, equation: str, rank: float) -> Offer:
    quote = spot.text[0] if spot.text[0] in "'\"" else '"'
    return Offer(f"Order the dimensions as {equation}", spot.replace(f"{quote}{equation}{quote}"), rank, sure=True)
