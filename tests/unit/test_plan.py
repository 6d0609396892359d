from __future__ import annotations

import ast
from pathlib import Path

import pytest

from shapewright import plan, wire
from shapewright.source import SourceText

MODEL = """
import torch
from torch import nn


class Base(nn.Module):
    def forward(self, x, mask=None, *, scale=1.0):
        return x


class Net(Base):
    def __init__(self, width):
        super().__init__()


class Sign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x


class Data:
    def __getitem__(self, index):
        return index


if True:
    class Late(nn.Module):
        async def forward(self, *tokens):
            return tokens


def helper(a, b):
    return a
"""


def build(path: Path, text: str, **more: object) -> wire.Run:
    entry = SourceText(str(path), text)
    return plan.build(entry, {entry.path: text}, roots=(str(path.parent),), deadline=3.0, **more)


def test_every_class_with_a_forward_is_a_target(tmp_path: Path) -> None:
    run = build(tmp_path / "model.py", MODEL)
    assert [target.name for target in run.targets] == ["Base", "Net", "Late"]
    assert run.options.script
    assert run.options.deadline == 3.0


def test_a_target_given_by_hand_comes_alone_and_without_the_script(tmp_path: Path) -> None:
    pinned = (wire.Target("Net", pinned=True),)
    run = build(tmp_path / "model.py", MODEL, pinned=pinned)
    assert run.targets == pinned
    assert not run.options.script


def test_imports_are_searched_where_python_and_people_look(tmp_path: Path) -> None:
    package = tmp_path / "project" / "pkg" / "sub"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (tmp_path / "src").mkdir()
    (package / "near.py").touch()

    def searched(text: str) -> tuple[str, ...]:
        entry = SourceText(str(package / "train.py"), text)
        run = plan.build(entry, {entry.path: text}, roots=(str(tmp_path),), search_path=("/lib",), deadline=1.0)
        return run.search_path

    above = (str(tmp_path / "project"), "/lib", str(tmp_path), str(tmp_path / "src"))
    program = "if __name__ == '__main__':\n    import near\n"
    assert searched(program) == (str(package), "/lib", above[0], *above[2:])
    assert searched("from . import near\nimport os\n") == above
    assert searched("import near\n") == (*above, str(package))


def test_inputs_by_position_and_by_name() -> None:
    target = plan.pin("Net", "Net(8)", ["float32[2,3,B]", "scale=0.5", "mask=bool[..., 4]"], ast.parse(MODEL))
    assert target.construct == "Net(8)"
    assert target.pinned
    assert [(d.name, d.kind, d.dtype, d.literal) for d in target.inputs] == [
        ("x", "tensor", "float32", None),
        ("scale", "value", None, "0.5"),
        ("mask", "tensor", "bool", None),
    ]
    assert [(dim.kind, dim.value or dim.text) for dim in target.inputs[0].alternatives[0]] == [
        ("int", 2),
        ("int", 3),
        ("sym", "B"),
    ]
    assert [dim.kind for dim in target.inputs[2].alternatives[0]] == ["ellipsis", "int"]


def test_a_value_that_is_no_tensor_is_a_python_expression() -> None:
    (declared,) = plan.pin("helper", None, ["[1, 'a']"], ast.parse(MODEL)).inputs
    assert (declared.name, declared.kind, declared.literal) == ("a", "value", "[1, 'a']")


@pytest.mark.parametrize(
    ("name", "construct", "inputs", "complaint"),
    [
        ("Nett", None, [], "the file has no such class or function; did you mean 'Net'? (it has Base, Net, Late)"),
        ("Net", "Net(", [], "--construct 'Net('"),
        ("Net", None, ["floaat32[2]"], "'floaat32' is no dtype"),
        ("Net", None, ["msk=bool[2]"], "Net has no parameter 'msk'; did you mean 'mask'?"),
        ("helper", None, ["[2]", "[2]", "[2]"], "is one too many: helper takes 2 inputs (a, b)"),
        ("Net", None, ["x=[2, 3]", "x=[2, 3]"], "'x' was given before"),
        ("Net", None, ["float32(2, 3"], "write a dtype and the sizes in brackets"),
    ],
)
def test_what_cannot_be_used_is_explained(name: str, construct: str | None, inputs: list[str], complaint: str) -> None:
    with pytest.raises(plan.PinError) as caught:
        plan.pin(name, construct, inputs, ast.parse(MODEL))
    assert complaint in str(caught.value)


def test_an_imported_target_takes_inputs_by_position() -> None:
    (declared,) = plan.pin("Net", None, ["float32[2]"], ast.parse("from model import Net")).inputs
    assert declared.name == ""
