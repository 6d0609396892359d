"""A class or function runs with the inputs that its annotation says, whatever the form it is written in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("torch")

from shapewright import wire
from worker.traced import run

_PAGE = (Path(__file__).parents[1] / "data" / "annotated_forms.md").read_text(encoding="utf-8")
_FORM = re.compile(
    r"^## (?P<name>[^\n]+)\n\n(?P<source>[\w ]+)(?P<inputs>;[^\n]*)?\n\n```python\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
FORMS = list(_FORM.finditer(_PAGE))
DTYPES = ("int64", "bool", "float16")


def test_the_page_is_read_to_its_end() -> None:
    assert len(FORMS) == _PAGE.count("\n## ") > 100


@pytest.mark.parametrize("form", FORMS, ids=[form["name"] for form in FORMS])
def test_what_is_annotated_is_what_runs(tmp_path: Path, form: re.Match[str]) -> None:
    trace = run(tmp_path, "from typing import *\n" + form["code"])
    assert not trace.failures
    target = next(t for t in trace.targets if t.name in ("Net", "f"))
    assert target.status == "checked", target.reason
    given = {fact.name: fact for fact in target.inputs}
    sizes: dict[str, int] = {}
    for wanted in filter(None, (form["inputs"] or "").split(";")):
        name, _, text = (part.strip() for part in wanted.partition(":"))
        assert form["source"] in ("any", given[name].source)
        _compare(given[name].value, text, sizes)


def _compare(value: wire.Value, text: str, sizes: dict[str, int]) -> None:
    if text in ("list", "dict", "tuple"):
        assert value.type.rpartition(".")[2] == text
        assert value.items
        return
    *dims, dtype = text.split() if text.endswith(DTYPES) else [*text.replace("()", "").split(), "float32"]
    tensor = value.tensor
    assert tensor is not None
    assert tensor.dtype == dtype
    assert tensor.shape is not None
    assert len(tensor.shape) == len(dims)
    for size, dim in zip(tensor.shape, dims, strict=True):
        assert size is not None
        factor, _, name = dim.rpartition("*")
        if dim.isdecimal():
            assert size == int(dim)
        elif dim.startswith("%"):
            assert size % int(dim[1:]) == 0
        elif name != "?":
            assert size == sizes.setdefault(name, size) * int(factor or 1)
