import pytest

from fakes import FakeEngine
from shapewright import fitting, wire
from shapewright.source import SourceText


def at_bar(text: str):
    source = SourceText("/a.py", text.replace("|", ""))
    return source, source.position(text.index("|"))


@pytest.mark.parametrize(
    ("text", "callee", "completed"),
    [
        ("x = nn.Linear(|", "nn.Linear", "x = nn.Linear(1031)"),
        ("x = nn.Linear(|)", "nn.Linear", "x = nn.Linear(1031)"),
        ("x = nn.Linear(12|, 5)", "nn.Linear", "x = nn.Linear(1031, 5)"),
        ("x = nn.Linear(3, |", "nn.Linear", "x = nn.Linear(3, 1031)"),
        ("x = nn.Linear(in_features=|)", "nn.Linear", "x = nn.Linear(in_features=1031)"),
        ("y = x.view(2, |)", "x.view", "y = x.view(2, 1031)"),
        (
            "m = Sequential(\n    Linear(|\n    ReLU(),\n)",
            "Linear",
            "m = Sequential(\n    Linear(1031),\n    ReLU(),\n)",
        ),
        (
            "m = Sequential(\n    Linear(|)\n    ReLU(),\n)",
            "Linear",
            "m = Sequential(\n    Linear(1031),\n    ReLU(),\n)",
        ),
        ("m = Sequential(Linear(|", "Linear", "m = Sequential(Linear(1031))"),
        ("if x(1031:\ny = f(|", "f", "if x(1031:\ny = f(1033)"),
    ],
)
def test_an_argument_that_is_to_be_typed(text: str, callee: str, completed: str):
    source, position = at_bar(text)
    assert fitting.callee(source, position) == callee
    slot = fitting.slot(source, position)
    assert slot is not None
    assert slot.text.text == completed
    assert slot.text.slice(slot.place) == str(slot.probe)
    assert slot.text.slice(slot.call).startswith(f"{callee}(")
    assert source.slice(slot.replaced) in ("", "12")


@pytest.mark.parametrize(
    "text",
    ["x = |", "x = nn.Linear(a|", "f(x[|", "def f(x=|):\n    pass", "(|)", "x = nn.Linear(3 |", '"a(|"', "# f(|", ""],
)
def test_what_is_no_such_argument(text: str):
    source, position = at_bar(text or "|")
    assert not (fitting.callee(source, position) and fitting.slot(source, position))


@pytest.mark.parametrize("edited", [False, True])
def test_a_run_that_was_ended_for_an_edit_before_it_is_begun_again(edited: bool):
    answers = iter([wire.Fault(1, "cancelled"), wire.Fault(1, "cancelled"), wire.Trace(1)])
    engine = FakeEngine(lambda run: next(answers))
    answer = fitting._Aside(engine, lambda: edited).run(wire.Run(1, "a.py", {}, ()), 1)
    assert isinstance(answer, wire.Fault) is edited
    assert len(engine.proofs) == (1 if edited else 3)
