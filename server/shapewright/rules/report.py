"""Every failure of a run as a finding."""

from __future__ import annotations

from collections.abc import Iterable

from shapewright import wire
from shapewright.model import Finding
from shapewright.rules import general
from shapewright.sources import Sources


def findings(failures: Iterable[wire.Failure], sources: Sources) -> tuple[Finding, ...]:
    """What the failures say to a person; one whose file cannot be read says nothing."""
    found = (general.finding(failure, sources) for failure in failures)
    return tuple(finding for finding in found if finding is not None)
