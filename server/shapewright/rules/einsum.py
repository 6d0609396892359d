"""`einsum`: operands that do not fit the equation."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import ordinal, plural, tensor
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """A letter with two sizes, or an operand with another number of dimensions than it has letters."""
    equation = facts.argument(failure, "equation", "argument 1")
    found = facts.tensors(failure)
    if facts.op(failure) != "einsum" or not isinstance(equation, str) or not found:
        return None
    terms = equation.replace(" ", "").partition("->")[0].split(",")
    head = f"einsum {equation!r}"
    if len(terms) != len(found):
        return Told(f"{head} names {plural(len(terms), 'operand')} but gets {len(found)}")
    seen: dict[str, tuple[int, int, wire.Operand, int]] = {}
    for index, (term, (operand, fact)) in enumerate(zip(terms, found, strict=True)):
        if fact.shape is None:
            continue
        letters = term.replace("...", "")
        if len(letters) > len(fact.shape) or (len(letters) < len(fact.shape) and "..." not in term):
            named = f"{plural(len(letters), 'dimension')} of the {ordinal(index)} operand"
            return Told(f"{head} names {named}, but it is {tensor(fact)}", places.rank_from(operand))
        for letter, axis in _axes(term, len(fact.shape)):
            size = fact.shape[axis]
            if size is None or size == 1:
                continue
            before = seen.setdefault(letter, (size, index, operand, axis))
            if before[0] != size:
                message = (
                    f"{head}: {letter} is {before[0]} in the {ordinal(before[1])} operand "
                    f"{tensor(found[before[1]][1])} but {size} in the {ordinal(index)} {tensor(fact)}"
                )
                return Told(message, (*places.size_from(before[2], before[3]), *places.size_from(operand, axis)))
    return None


def _axes(term: str, rank: int) -> list[tuple[str, int]]:
    """Each letter with its dimension, the ellipsis left out."""
    before, _, after = term.partition("...")
    return [*((c, i) for i, c in enumerate(before)), *((c, rank - len(after) + i) for i, c in enumerate(after))]


RULE = Rule("einsum", "Operands do not fit the equation of an einsum.", check)
