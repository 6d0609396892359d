"""What the rules about losses over class indices share."""

from __future__ import annotations

from dataclasses import dataclass

from shapewright import show, wire
from shapewright.rules import _facts as facts


@dataclass(frozen=True)
class Classes:
    """A cross_entropy or nll_loss that failed. `wanted`: the shape of a target of class indices."""

    input: wire.TensorFact
    target: wire.TensorFact
    operand: wire.Operand
    classes: int | None
    wanted: facts.Shape
    probabilities: bool

    @property
    def given(self) -> facts.Shape:
        """The shape of the target."""
        return self.target.shape or ()


def read(failure: wire.Failure) -> Classes | None:
    """The loss, or None where the failure is of none."""
    name = show.short_name(failure.op)
    given, operand = facts.tensor(failure, "input"), facts.operand(failure, "target")
    target = operand.value.tensor if operand else None
    if name not in ("cross_entropy", "nll_loss") or given is None or target is None or operand is None:
        return None
    if not given.shape or target.shape is None:
        return None
    axis = 0 if len(given.shape) == 1 else 1
    wanted = (*given.shape[:axis], *given.shape[axis + 1 :])
    soft = name == "cross_entropy" and target.dtype in facts.FLOATS and len(target.shape) == len(given.shape)
    return Classes(given, target, operand, given.shape[axis], wanted, soft)


def differ(one: facts.Shape, other: facts.Shape) -> bool:
    """Whether two shapes are known to differ."""
    return len(one) != len(other) or any(facts.differ(a, b) for a, b in zip(one, other, strict=True))
