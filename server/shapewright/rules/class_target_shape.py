"""`class-target-shape`: a target of class indices that does not fit the scores."""

from __future__ import annotations

from shapewright import wire
from shapewright.rules import _facts as facts
from shapewright.rules import _losses as losses
from shapewright.rules import _places as places
from shapewright.rules._text import plural, sizes, tensor, who
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(failure: wire.Failure, _sources: Sources) -> Told | None:
    """The target has one index for each place that the scores have classes for."""
    found = losses.read(failure)
    if found is None:
        return None
    shape = found.input.shape or ()
    if found.probabilities and not losses.differ(shape, found.given):
        return None
    if not losses.differ(found.wanted, found.given):
        return None
    wanted = f"a target of {sizes(found.wanted)}" if found.wanted else "a target without dimensions"
    message = f"{who(failure)} wants {wanted} for {tensor(found.input)} but it is {tensor(found.target)}{_hint(found)}"
    return Told(message, (*places.born(found.operand), *places.rank_from(facts.operand(failure, "input"))))


def _hint(found: losses.Classes) -> str:
    shape, given = found.input.shape or (), found.given
    if len(shape) > 2 and given == shape[:-1]:
        return f"; the classes must be dimension 1, not the last: [{', '.join(['N', 'C', '...'])}]"
    if given == (*found.wanted[:1], 1, *found.wanted[1:]):
        return ", which has a dimension of 1 too many"
    if given == shape:
        return ", which looks like one-hot rows and not class indices"
    if given and found.wanted and facts.differ(given[0], found.wanted[0]) and len(given) == len(found.wanted):
        return f": {found.wanted[0]} rows of scores and {plural(given[0] or 0, 'label')}"
    return ""


RULE = Rule("class-target-shape", "A target of class indices does not fit the scores.", check)
