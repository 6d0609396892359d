"""Programs that come near a mistake and that real PyTorch runs: nothing is reported of them, by any rule."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from rules_pages import needs
from shapewright import rules
from shapewright.model import Report, Severity

HEAD = """
import copy
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset
"""
FILE = Path(__file__).parents[2] / "data" / "near_misses.md"
PROGRAMS: dict[str, str] = dict(
    re.findall(r"^## (\S+)\n\n```python\n(.*?)^```$", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
)


@pytest.mark.parametrize("code", PROGRAMS)
def test_what_comes_near_a_mistake_and_runs_is_not_reported(code: str, analyse: Callable[[str], Report]) -> None:
    program = HEAD + PROGRAMS[code]
    found = analyse(program)
    assert found.status != "failed"
    assert [(f.code, f.location.range.start.line, f.message) for f in found.findings] == []
    needs(program)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # There is no GPU where the tests run; the meta device stands for one.
        exec(compile(program.replace('"cuda"', '"meta"'), "<near>", "exec"), {"__name__": "__main__"})


def test_every_rule_that_reports_an_error_has_near_misses() -> None:
    """Except the last, which has no mistake of its own to come near to."""
    assert {rule.code for rule in rules.RULES if rule.severity is Severity.ERROR} - {"tensor-error"} == set(PROGRAMS)
