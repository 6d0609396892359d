"""`loss-shape`: a loss whose input and target differ in shape."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import listing, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_EQUAL = {
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "multilabel_soft_margin_loss",
    "multilabel_margin_loss",
}
_ALIKE = {
    "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "kl_div", "poisson_nll_loss", "soft_margin_loss",
    "gaussian_nll_loss", "hinge_embedding_loss", "margin_ranking_loss", "cosine_embedding_loss", "triplet_margin_loss",
    "triplet_margin_with_distance_loss", "multi_margin_loss",
}  # fmt: skip

_CLASSES = {"cross_entropy", "nll_loss"}


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Binary losses want equal shapes, the others shapes that broadcast."""
    name = facts.op(failure)
    if name in _CLASSES:
        return _class_weight(failure)
    if name not in _EQUAL | _ALIKE:
        return None
    found = tuple((o, t) for o, t in facts.tensors(failure) if o.name not in ("weight", "pos_weight"))
    for index, (second, other) in enumerate(found):
        for first, one in found[:index]:
            if one.shape is None or other.shape is None or not _misfit(name, one.shape, other.shape):
                continue
            wanted = f"the {second.name} of the shape of the {first.name} {tensor(one)}"
            message = f"{who(failure)} wants {wanted} but it is {tensor(other)}"
            return Told(message, (*places.shape_from(first, second), *places.shape_from(second, first)))
    return _weight(failure) or _unfit(failure, found)


def _misfit(name: str, one: facts.Shape, other: facts.Shape) -> bool:
    if name in _ALIKE:
        return bool(facts.broken_axes(one, other))
    return len(one) != len(other) or any(facts.differ(a, b) for a, b in zip(one, other, strict=True))


def _weight(failure: wire.Failure) -> Told | None:
    given = facts.tensor(failure, "input")
    for name in ("pos_weight", "weight"):
        weight = facts.tensor(failure, name)
        if given is None or weight is None or given.shape is None or weight.shape is None:
            continue
        if facts.broken_axes(given.shape, weight.shape):
            message = f"the {name} {tensor(weight)} of {who(failure)} does not broadcast to the input {tensor(given)}"
            return Told(message, places.born(facts.operand(failure, name)))
    return None


def _class_weight(failure: wire.Failure) -> Told | None:
    """One weight for each class, no more and no less."""
    given, weight = facts.tensor(failure, "input"), facts.tensor(failure, "weight")
    if given is None or weight is None or not given.shape or weight.shape is None:
        return None
    classes = given.shape[min(1, len(given.shape) - 1)]
    if not any(facts.differ(size, classes) for size in weight.shape[:1]):
        return None
    message = (
        f"{who(failure)} wants a weight for each of {classes} classes ({tensor(given)}) but it is {tensor(weight)}"
    )
    return Told(message, places.born(facts.operand(failure, "weight")))


def _unfit(failure: wire.Failure, found: tuple[tuple[wire.Operand, wire.TensorFact], ...]) -> Told | None:
    """The operands broadcast with each other, but not as this loss combines them."""
    if not found or any(fact.shape is None or None in fact.shape for _, fact in found):
        return None
    if failure.facts.get("cause") != "shape" or failure.exception not in ("RuntimeError", "ValueError"):
        return None
    given = listing([f"{operand.name} {tensor(fact)}" for operand, fact in found])
    return Told(f"{who(failure)} is given shapes that do not fit each other: {given}")


RULE = Rule("loss-shape", "The input, the target and the weights of a loss do not fit each other.", check)
