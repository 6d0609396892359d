"""Ninety annotations in the forms that public code has, each with its reading by hand."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from annotated import PATH
from shapewright import wire
from shapewright.annotations import declared_targets
from shapewright.annotations.dims import Shape
from shapewright.annotations.grammar import Parse, parse, parse_comment
from shapewright.annotations.readers import asserts, einops
from shapewright.source import SourceText

SAMPLES = json.loads((Path(__file__).parents[2] / "data" / "annotations.json").read_text(encoding="utf-8"))["entries"]
READ = {"doc_google", "doc_numpy", "doc_sphinx", "shape_sec"}
COMMENT = {"sigc", "ncomment", "bcomment"}


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["id"] for sample in SAMPLES])
def test_a_sample_is_read_as_by_hand(sample: dict[str, Any]) -> None:
    expected = _without_nones(sample["expect"])
    stated = [alternative.pop("dtype", None) for alternative in expected.get("alternatives", [])]
    got, dtype = read(sample)
    assert got == expected
    if any(stated):
        assert [dtype] == stated
    elif sample["style"] in READ | COMMENT:
        assert dtype is None


def read(sample: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    style, text, argument = sample["style"], sample["text"], sample["arg"]
    if style in READ:
        return of_parse(parse(text))
    if style in COMMENT:
        return of_parse(parse_comment(text))
    if style == "einops":
        call = ast.parse(text, mode="eval").body
        assert isinstance(call, ast.Call)
        pattern = next(a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
        found = einops.stages(pattern, call)
        assert found is not None
        assert argument in dict(einops.patterns(call))
        before, after = found
        return {"kind": "transition", "stages": [[_shape(s) for s in before], [_shape(after or ())]]}, None
    if style == "assert":
        node = ast.parse(text if text.startswith("if") else f"assert {text}").body[0]
        found = asserts.constraints(node)
        assert {constraint.name for constraint in found} == {argument}
        return {"kind": "constraint", "constraints": [str(constraint) for constraint in found]}, None
    return of_declared(declared(style, text, argument))


def declared(style: str, text: str, argument: str) -> wire.Declared:
    """The sample put into a class, and what the whole of the reading says of the argument there."""
    forward = f"class Net(nn.Module):\n    def forward(self, {argument}):\n"
    code = {
        "ann": f"class Net(nn.Module):\n    def forward(self, {text}):\n        return 0\n",
        "unpack": f"{forward}        {text}\n",
        "doctest": f'{forward}        """Run.\n\n        {text}\n        """\n',
        "callsite": f"{forward}        return 0\n\nif __name__ == '__main__':\n    net = Net()\n    net({text})\n",
        "example_input_array": (
            f"class Net(nn.Module):\n    def __init__(self):\n        {text}\n"
            f"    def forward(self, {argument}):\n        return 0\n"
        ),
    }[style]
    (target,) = declared_targets(SourceText(PATH, code), ast.parse(code))
    (found,) = [given for given in target.inputs if given.name == argument]
    return found


def of_parse(said: Parse) -> tuple[dict[str, Any], str | None]:
    kind = said.kind if len(said.alternatives) < 2 else "alternatives"
    answer: dict[str, Any] = {"kind": kind}
    if said.alternatives:
        answer["alternatives"] = [_shape(shape) for shape in said.alternatives]
    if said.stages:
        answer["stages"] = [[_shape(shape) for shape in stage] for stage in said.stages]
    if said.items:
        answer["items"] = {
            key: _shape(item.alternatives[0]) | ({"dtype": item.dtype} if item.dtype else {})
            for key, item in said.items
        }
    if said.optional:
        answer["optional"] = True
    return answer, said.dtype


def of_declared(found: wire.Declared) -> tuple[dict[str, Any], str | None]:
    return {"kind": "shape", "alternatives": [_shape(shape) for shape in found.alternatives]}, found.dtype


def _shape(shape: Shape) -> dict[str, Any]:
    return {"dims": [_dim(dim) for dim in shape]}


def _dim(dim: wire.Dim) -> dict[str, Any]:
    answer: dict[str, Any] = {"kind": dim.kind}
    if dim.kind == "int":
        answer["value"] = dim.value
    elif dim.kind in ("sym", "variadic"):
        answer["name"] = dim.text
    elif dim.kind == "expr":
        answer["expr"] = dim.text
    if dim.optional:
        answer["optional"] = True
    return answer


def _without_nones(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nones(item) for key, item in value.items() if item is not None}
    return [_without_nones(item) for item in value] if isinstance(value, list) else value
