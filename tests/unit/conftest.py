from __future__ import annotations

import pytest

from fakes import cast_candidates, plain_findings


@pytest.fixture
def plain_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of what is done with findings and repairs do not depend on the rules' words and the fixes there are."""
    monkeypatch.setattr("shapewright.rules.findings", plain_findings)
    monkeypatch.setattr("shapewright.fixes.candidates", cast_candidates)
