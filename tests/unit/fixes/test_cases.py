"""Each kind of edit, before and after: offered, proven by the real worker, and right in real PyTorch.

A file in cases/ holds what one kind of edit repairs: `=== name`, the wrong program, `--- preferred: title` or
`--- offered: title`, and the program once that fix is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from shapewright import analysis, edits
from shapewright.engine import Engine
from shapewright.model import Severity
from shapewright.sources import Sources

CASES = Path(__file__).with_name("cases")
NOT_RUN = {"device", "declared"}
"""What real PyTorch does not run: it has no GPU, or nobody calls the class."""


@dataclass(frozen=True)
class Case:
    kind: str
    name: str
    before: str
    title: str
    preferred: bool
    after: str


def cases() -> list[Case]:
    found: list[Case] = []
    for path in sorted(CASES.glob("*.txt")):
        for part in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name, _, rest = part.partition("\n")
            before, word, title, after = re.split(r"^--- (preferred|offered): (.*)\n", rest, flags=re.MULTILINE)
            found.append(Case(path.stem, name, before, title, word == "preferred", after))
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.kind}: {case.name}")
def test_a_fix_is_offered_proven_and_right(
    case: Case, engine: Engine, real: Callable[[str], str], tmp_path: Path
) -> None:
    path = str(tmp_path / "main.py")
    request = analysis.Request(path, {path: case.before}, roots=(str(tmp_path),))
    report = analysis.prove(analysis.analyse(request, engine), request, engine)
    assert report.status in ("ok", "partial"), report.reason
    found = [fix for finding in report.findings for fix in finding.fixes]
    titles = [fix.title for fix in found]
    assert case.title in titles
    fix = found[titles.index(case.title)]
    assert fix.preferred == case.preferred, titles
    assert edits.apply(fix.edits, Sources({path: case.before}))[path].rstrip() == case.after.rstrip()
    if case.kind not in NOT_RUN:
        assert bool(real(case.before)) == any(f.severity is Severity.ERROR for f in report.findings)
        assert real(case.after) == ""


def test_every_kind_of_edit_has_a_case() -> None:
    from shapewright.fixes.propose import KINDS

    kinds = {kind.__module__.rpartition(".")[2] for kind in KINDS}
    assert kinds == {case.kind for case in cases()}
