"""`target-dtype`: a target that is not of the dtype of the input."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources

_LOSSES = {
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss",
    "kl_div", "poisson_nll_loss", "soft_margin_loss", "multilabel_soft_margin_loss",
}  # fmt: skip


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """Only the dtype is in the way."""
    given, target = facts.tensor(failure, "input"), facts.tensor(failure, "target")
    name = facts.op(failure)
    if name not in _LOSSES or given is None or target is None:
        return None
    if failure.facts.get("cause") != "dtype" and not name.startswith("binary"):
        return None
    if given.dtype == target.dtype or given.dtype is None or target.dtype is None:
        return None
    wrong, which = (given, "input") if given.dtype not in facts.FLOATS else (target, "target")
    wanted = target.dtype if wrong is given else given.dtype
    kind = f"input and target of one dtype, {wanted}"
    message = f"{who(failure)} wants {kind}, but the {which} is {wrong.dtype}: {tensor(wrong)}"
    return Told(message, places.dtype_from(facts.operand(failure, which)))


RULE = Rule("target-dtype", "A loss wants its target in the dtype of its input.", check)
