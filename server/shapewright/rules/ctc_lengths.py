"""`ctc-lengths`: lengths that do not fit the scores and labels of a CTC loss."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _places as places
from shapewright.rules._text import number, plural, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """One length for each sample, and none longer than there is."""
    scores, labels = facts.tensor(failure, "log_probs"), facts.tensor(failure, "targets")
    if facts.op(failure) != "ctc_loss" or scores is None or not scores.shape or labels is None:
        return None
    batch = scores.shape[1] if len(scores.shape) == 3 else 1
    for name, whole, axis in (("input_lengths", scores, 0), ("target_lengths", labels, 1)):
        operand, fact = facts.operand(failure, name), facts.tensor(failure, name)
        if fact is not None and fact.shape and facts.differ(fact.shape[0], batch):
            wanted = f"{plural(batch or 0, 'length')}, one for each sample of {tensor(scores)} [T, N, C]"
            return Told(f"{who(failure)} wants {wanted}, but {name} is {tensor(fact)}", places.born(operand))
        values, shape = facts.bounds(operand), whole.shape or ()
        if values is None or (name == "target_lengths" and len(shape) != 2):
            continue
        most = shape[axis]
        if most is not None and values[1] > most:
            message = f"{who(failure)}: {name} go up to {number(values[1])}, but {tensor(whole)} has {most}"
            return Told(message, places.born(operand))
    return None


RULE = Rule("ctc-lengths", "Lengths do not fit the scores and labels of a CTC loss.", check)
