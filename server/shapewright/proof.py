"""Which edits repair a finding: each is made, the file runs again, and only an edit that does what it should is kept.

Kept is an edit after which the finding is gone, nothing that was checked before is checked less, and every finding that
is left was there before (same code, at the place where the edit moved it) or stands where a value had been unknown:
what nobody could see behind the mistake is no mistake of the repair. An exception that is no finding, because nobody
can be sure of it, counts as one here: what may break the file is not proven. Pure but for the `rerun` it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from shapewright import edits, fixes, wire
from shapewright.model import Candidate, Doubt, Finding, Fix, Location
from shapewright.sources import Sources

_PER_FINDING = 12
_PER_FILE = 60
_HANDFUL = 5
"""Repairs of one finding that a person is shown; the best come first."""


@dataclass(frozen=True)
class Outcome:
    """What one run found, the suppressed findings among them, how far it came, where it knew no value or only a part
    of it, and where it knew all. Where it came to nothing at all is in neither. `doubts` are what failed in it without
    being a finding."""

    findings: tuple[Finding, ...]
    targets: tuple[wire.TargetStatus, ...]
    unknown: tuple[Location, ...] = ()
    known: frozenset[Location] = frozenset()
    doubts: tuple[Doubt, ...] = ()


Rerun = Callable[[Mapping[str, str]], "Outcome | None"]
"""Runs the file with some texts replaced; None where that cannot be done."""

Offers = Callable[[wire.Failure, Sources], tuple[Candidate, ...]]
"""The edits that are tried for a failure."""


def every(failure: wire.Failure, sources: Sources) -> tuple[Candidate, ...]:
    """Those of all kinds of fixes."""
    return tuple(fixes.candidates(failure, sources))


def proven(
    findings: Iterable[Finding],
    before: Outcome,
    sources: Sources,
    rerun: Rerun,
    *,
    original: Sources,
    editable: Callable[[str], bool],
    cancelled: Callable[[], bool],
    progress: Callable[[tuple[Finding, ...]], None] = lambda _: None,
    offers: Offers = every,
) -> tuple[Finding, ...]:
    """The findings with their proven repairs. `progress` is given all of them each time one more has repairs.

    `sources` are the texts that ran, `original` those of the editor; edits are made in the latter. `editable` says
    which files may be changed at all. After `cancelled` says so the rest of the findings come back without repairs.
    """
    outcomes: dict[tuple[object, ...], Outcome | None] = {}
    result = list(findings)
    for index, finding in enumerate(result):
        if finding.failure is None:  # what no run found has its repairs from the start, and none to prove
            continue
        kept: list[tuple[Candidate, tuple[Finding, ...]]] = []
        for candidate in _candidates(finding, sources, editable, offers):
            key = tuple(candidate.edits)
            if len(kept) == _HANDFUL or cancelled() or (key not in outcomes and len(outcomes) >= _PER_FILE):
                break
            try:
                texts = edits.apply(candidate.edits, original)
            except ValueError:
                continue
            if key not in outcomes:
                outcomes[key] = rerun(texts)
            after = outcomes[key]
            behind = _behind(finding, candidate, before, after, original, texts) if after is not None else None
            if behind is not None:
                kept.append((candidate, behind))
        result[index] = replace(finding, fixes=_best(finding, kept))
        if kept:
            progress(tuple(result))
    return tuple(result)


def _best(finding: Finding, kept: list[tuple[Candidate, tuple[Finding, ...]]]) -> tuple[Fix, ...]:
    """The repairs behind which the fewest findings come into view; others move the mistake to another place."""
    fewest = min((len(behind) for _, behind in kept), default=0)
    found: list[Fix] = []
    for candidate, behind in kept:
        if len(behind) == fewest:
            # What shows up in the same lines may well be what the edit brought about.
            apart = not any(_shares_lines(finding.location, f.location) for f in behind)
            preferred = candidate.preferred and apart and not any(fix.preferred for fix in found)
            found.append(Fix(candidate.title, candidate.edits, preferred))
    return tuple(found)


def _candidates(
    finding: Finding, sources: Sources, editable: Callable[[str], bool], offers: Offers
) -> Iterable[Candidate]:
    if finding.failure is None:
        return ()
    offered = offers(finding.failure, sources)
    return [c for c in offered if c.edits and all(editable(e.location.path) for e in c.edits)][:_PER_FINDING]


def _behind(
    finding: Finding, candidate: Candidate, before: Outcome, after: Outcome, original: Sources, texts: Mapping[str, str]
) -> tuple[Finding, ...] | None:
    """The findings that only came into view behind the repaired one; None where the edit is no repair."""
    if _checked_less(before.targets, after.targets, finding.failure.target if finding.failure else ""):
        return None
    edited = Sources(texts)

    def moved(location: Location) -> tuple[Location, ...]:
        if location.path not in texts:
            return (location,)
        return edits.moved(location, candidate.edits, original, edited)

    own = (finding.code, finding.location)
    others = [known for known in before.findings if known is not finding and (known.code, known.location) != own]
    allowed = {(k.code, place.path, place.range.start) for k in others for place in moved(k.location)}
    new = tuple(f for f in after.findings if (f.code, f.location.path, f.location.range.start) not in allowed)
    here = {(finding.code, place.path, place.range.start) for place in moved(finding.location)}
    if any((f.code, f.location.path, f.location.range.start) in here for f in new):
        return None
    unknown = [place for location in before.unknown for place in moved(location)]
    known = {place for location in before.known for place in moved(location)} if new else set[Location]()
    touched = [moved(edit.location)[1] for edit in candidate.edits]

    def is_behind(new: Finding) -> bool:
        if any(_covers(new.location, place) for place in unknown):
            return True
        spans = (o.span for o in new.failure.operands if o.span is not None) if new.failure is not None else ()
        used = [place for span in spans if (place := edited.location(span)) is not None]
        return any(place not in known and not any(_shares_lines(place, edit) for edit in touched) for place in used)

    doubted = {(d.exception, place) for d in before.doubts for place in moved(d.location)}
    doubts = [d.location for d in after.doubts if (d.exception, d.location) not in doubted]
    if any(not any(_covers(d, place) for place in unknown) for d in doubts):
        return None
    return new if all(is_behind(f) for f in new) else None


def _shares_lines(one: Location, other: Location) -> bool:
    first, second = one.range, other.range
    return one.path == other.path and first.start.line <= second.end.line and second.start.line <= first.end.line


def _covers(location: Location, place: Location) -> bool:
    return (
        location.path == place.path
        and location.range.start <= place.range.start
        and place.range.end <= location.range.end
    )


def _checked_less(before: Iterable[wire.TargetStatus], after: Iterable[wire.TargetStatus], own: str) -> bool:
    """Whether a target was not reached as far as before. That of the finding itself, `own`, may stop behind it: what
    came there was computed from a guess."""
    order = {"checked": 2, "partial": 1, "unchecked": 0}
    now = {target.name: order[target.status] for target in after}
    return any(now.get(t.name, -1) < min(order[t.status], 1 if t.name == own else 2) for t in before)
