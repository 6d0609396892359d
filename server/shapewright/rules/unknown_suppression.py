"""`unknown-suppression`: found while suppressions are read, not in a failure."""

from __future__ import annotations

from shapewright import wire
from shapewright.model import Severity
from shapewright.rules.rule import Rule, Told
from shapewright.sources import Sources


def check(_failure: wire.Failure, _sources: Sources) -> Told | None:
    """No failure is one."""
    return None


RULE = Rule("unknown-suppression", "A comment that hides findings names no rule.", check, Severity.WARNING)
