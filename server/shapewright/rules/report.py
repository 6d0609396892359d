"""Every failure of a run as a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from shapewright import wire
from shapewright.model import Finding, Location, Related, Severity
from shapewright.rules import _places as places
from shapewright.rules.catalogue import RULES
from shapewright.rules.rule import Place, Rule, Told
from shapewright.sources import Sources

_NUMBER = re.compile(r"\d+")


def findings(failures: Iterable[wire.Failure], sources: Sources) -> tuple[Finding, ...]:
    """What the failures say to a person; one whose file cannot be read says nothing."""
    found = (_finding(failure, sources) for failure in failures)
    return tuple(finding for finding in found if finding is not None)


def _finding(failure: wire.Failure, sources: Sources) -> Finding | None:
    location = sources.location(failure.span)
    if location is None:
        return None
    found = _told(failure, sources)
    if found is None:
        return None
    rule, told = found
    names, others = _free_sizes(failure)

    def said(text: str) -> str:
        return wire.with_names(text, names, others)

    related = tuple(replace(r, message=said(r.message)) for r in _related(failure, told, location, sources))
    # What fails only on a machine with a GPU is no error where the program runs without one.
    severity = Severity.WARNING if "conditional" in failure.facts else rule.severity
    return Finding(rule.code, severity, said(told.message), location, said(failure.message), related, failure=failure)


def _free_sizes(failure: wire.Failure) -> tuple[dict[int, str], set[int]]:
    """The sizes that only stand for a name, and the numbers of the program that may look like one."""
    names: dict[int, str] = {}
    written = [*failure.arguments.values(), *(failure.module.settings.values() if failure.module else ())]
    others = {int(number) for text in written for number in _NUMBER.findall(text)}
    for operand in failure.operands:
        fact = operand.value.tensor
        for size, symbol in zip((fact.shape or ()) if fact else (), (fact.symbols or ()) if fact else (), strict=False):
            if size is not None and symbol.isidentifier():
                names[size] = symbol
    for operand in failure.operands:
        fact = operand.value.tensor
        if fact is not None and fact.shape is not None and fact.symbols is None:
            others.update(size for size in fact.shape if size is not None)
    return names, others


def _told(failure: wire.Failure, sources: Sources) -> tuple[Rule, Told] | None:
    """The first rule that knows the failure. The last knows every error; what is none, only the rule of its name."""
    for rule in RULES:
        if failure.kind in ("error", rule.code) and (told := rule.check(failure, sources)) is not None:
            return rule, told
    return None


def _related(failure: wire.Failure, told: Told, own: Location, sources: Sources) -> tuple[Related, ...]:
    """The places of a finding, causes first, each once."""
    all_places = [*(told.places or places.births(failure)), *places.layer(failure)]
    all_places += [Place(f.span, f"called here, in {f.function}") for f in reversed(failure.stack[:-1])]
    if failure.declared is not None:
        all_places.append(Place(failure.declared, "the inputs are declared here"))
    found: dict[Location, Related] = {}
    for place in all_places:
        location = sources.location(place.span)
        if location is not None and location != own:
            found.setdefault(location, Related(location, place.message))
    return tuple(found.values())
