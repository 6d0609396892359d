"""Every rule's page is true: real PyTorch raises where it says, we find that and nothing else, and the fix cures it."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules_pages import HEADINGS, Page, needs, read
from shapewright import rules
from shapewright.model import Report, Severity

PAGES = [read(rule) for rule in rules.RULES]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.rule.code)


def run(program: str) -> int | None:
    """Run a program in real PyTorch: the line of its own at which it raised, or None where it did not.

    There is no GPU where the tests run; the meta device stands for one.
    """
    program = program.replace('"cuda"', '"meta"')
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(program, "<page>", "exec"), namespace)
        except Exception as error:
            lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == "<page>"]
            return lines[-1]
    return None


@each_page
def test_a_page_has_the_same_headings_as_all(page: Page) -> None:
    assert page.rule.page.startswith(f"# {page.rule.code}\n")
    assert page.headings == HEADINGS
    assert [code for _, code in page.marks] == [page.rule.code]


@each_page
def test_the_wrong_example_raises_in_real_pytorch_and_the_fixed_one_does_not(page: Page) -> None:
    needs(page.wrong)
    line = page.marks[0][0] if page.rule.severity is Severity.ERROR else None
    assert run(page.wrong) == line
    assert run(page.fixed) is None


@each_page
def test_the_wrong_example_is_found_and_the_fixed_one_is_clean(page: Page, analyse: Callable[[str], Report]) -> None:
    wrong = analyse(page.wrong)
    assert [(f.location.range.start.line + 1, f.code) for f in wrong.findings] == page.marks
    fixed = analyse(page.fixed)
    assert (fixed.status, fixed.findings) == ("ok", ())


def test_codes_are_unique_and_the_general_rule_is_last() -> None:
    codes = rules.codes()
    assert len(codes) == len(set(codes))
    assert codes[-1] == "tensor-error"


def test_every_file_of_a_rule_is_registered_and_has_its_page() -> None:
    folder = Path(rules.__file__).parent
    names = {rule.code.replace("-", "_") for rule in rules.RULES}
    shared = {"__init__", "catalogue", "report", "rule"}
    assert {f.stem for f in folder.glob("*.py") if not f.stem.startswith("_")} - shared == names
    assert {f.stem for f in folder.glob("*.md")} == names
