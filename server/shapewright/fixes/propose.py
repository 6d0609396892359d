"""Every edit that is worth a try for a failure."""

from __future__ import annotations

from shapewright import wire
from shapewright.fixes import cast
from shapewright.model import Candidate
from shapewright.sources import Sources


def candidates(failure: wire.Failure, sources: Sources) -> tuple[Candidate, ...]:
    """The edits, the likeliest first."""
    return cast.candidates(failure, sources)
