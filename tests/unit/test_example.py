import pytest

from shapewright import edits, example
from shapewright.source import SourceText
from shapewright.wire import Span, TensorFact, Value, ValueFact

NET = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()

    @staticmethod
    def other(x): ...

    def forward(self, x, mask=None):
        return x


class Base(Net):
    pass
"""


def written(text: str, name: str, said: str) -> str:
    source = SourceText("/a.py", text)
    edit = example.edit(source, name, said)
    return edits.apply([edit], {"/a.py": source})["/a.py"] if edit else text


def test_an_input_is_written_changed_and_taken_away():
    first = written(NET, "Net", "float32[2,3]")
    assert "    # shapewright: x: float32[2,3]\n    def forward(self" in first
    found = example.find(SourceText("/a.py", first), 5)
    assert found == example.Example("Net", ("x", "mask"), "x: float32[2,3]")
    second = written(first, "Net", "x=f32[4, 3]; mask: bool[4]")
    assert "    # shapewright: x: f32[4, 3]; mask: bool[4]\n    def forward" in second
    assert second.count("shapewright") == 1
    assert written(second, "Net", "") == NET
    assert written(NET, "Net", " ") == NET


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("y=float32[2]", "Net has no parameter 'y'"),
        ("float33[2]", "is no dtype"),
        ("f32[2]; f32[2]; f32[2]", "is one too many"),
    ],
)
def test_what_cannot_be_an_input_is_said(said: str, problem: str):
    with pytest.raises(example.ExampleError, match=problem) as error:
        written(NET, "Net", said)
    assert "--input" not in str(error.value)


def test_the_model_of_a_line_of_a_name_and_none():
    source = SourceText("/a.py", NET)
    assert (found := example.find(source, 0)) and found.name == "Net"
    assert (found := example.find(source, 15)) and found.name == "Base"
    assert (found := example.find(source, 0, "Base")) and found.parameters == ("x", "mask")
    assert example.find(source, 0, "Nobody") is None
    assert example.find(SourceText("/a.py", "x = 1\n"), 0) is None


def test_what_is_suggested_is_what_the_model_ran_with():
    at = Span("/a.py", 1, 0, 1, 1)
    ran = (
        ValueFact(at, Value("tensor", "Tensor", TensorFact((2, 3), "int64")), name="x"),
        ValueFact(at, Value("tensor", "Tensor", TensorFact((2, None), "int64")), name="mask"),
    )
    assert example.suggested(example.Example("Net", ("x",), ""), ran) == "x: int64[2, 3]"
    assert example.suggested(example.Example("Net", ("x",), "x: f32[1]"), ran) == "x: f32[1]"
