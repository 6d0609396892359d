"""The pages of the rules, read as the tests that they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from shapewright import rules

HEADINGS = ["What it does", "Why it fails", "Example", "Fix", "Settings"]
_MARK = re.compile(r"# error: (?P<code>[\w-]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One page: its programs, and the line (from 1) of the wrong one that holds the mistake."""

    rule: rules.Rule
    headings: list[str]
    wrong: str
    fixed: str
    marks: list[tuple[int, str]]


def read(rule: rules.Rule) -> Page:
    """The page of a rule, taken apart."""
    sections = re.split(r"^## (.+)\n", rule.page, flags=re.MULTILINE)
    headings, bodies = sections[1::2], dict(zip(sections[1::2], sections[2::2], strict=True))
    wrong, fixed = (_program(bodies[name]) for name in ("Example", "Fix"))
    marks = [(wrong.count("\n", 0, found.start()) + 1, found["code"]) for found in _MARK.finditer(wrong)]
    return Page(rule, headings, wrong, fixed, marks)


def needs(program: str) -> None:
    """Skip where a package is missing that the program runs with in earnest; to be analysed it needs none."""
    if "torchvision" in program:
        pytest.importorskip("torchvision")


def _program(section: str) -> str:
    (program,) = re.findall(r"^```python\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    return program
