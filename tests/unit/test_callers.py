from __future__ import annotations

from pathlib import Path

import pytest

from fakes import FakeEngine, span, tensor
from shapewright import analysis, wire
from shapewright.analysis import Request
from shapewright.callers import Callers
from shapewright.model import Location, ShapeFact, without_guesses
from shapewright.source import Position, Range

RUNS = 'if __name__ == "__main__":\n    main()\n'


def tree(root: Path, **texts: str) -> dict[str, str]:
    """Write files, `a__b` for a/b.py, and return their paths by that name."""
    paths: dict[str, str] = {}
    for name, text in texts.items():
        path = root.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        paths[name] = str(path)
    return paths


@pytest.mark.parametrize(
    "text",
    [
        "from models.net import Net\n",
        "import models.net as net\n",
        "from models import net\n",
        "from pack.models.net import *\n",
    ],
)
def test_programs_that_import_a_file_are_found(tmp_path: Path, text: str) -> None:
    paths = tree(
        tmp_path, pack__models__net="class Net: ...\n", pack__train=text + RUNS, pack__other="import os\n" + RUNS
    )
    assert Callers().of(paths["pack__models__net"], (str(tmp_path),)) == (paths["pack__train"],)


def test_the_way_may_lead_through_a_package_and_relative_imports(tmp_path: Path) -> None:
    net, init, user, train = "src__lib__net", "src__lib__init", "src__lib__wrap", "scripts__train"
    paths = tree(
        tmp_path,
        **{net: "x = 1\n", user: "from .net import x\n", train: "from lib import wrap\n" + RUNS, init: ""},
    )
    assert Callers().of(paths[net], (str(tmp_path),)) == (paths[train],)


def test_a_file_of_the_same_name_elsewhere_is_no_reason(tmp_path: Path) -> None:
    paths = tree(tmp_path, a__net="", b__net="", b__train="from net import x\n" + RUNS)
    callers = Callers()
    assert callers.of(paths["a__net"], (str(tmp_path),)) == ()
    assert callers.of(paths["b__net"], (str(tmp_path),)) == (paths["b__train"],)


def test_what_only_defines_names_is_no_program_and_a_changed_file_is_read_again(tmp_path: Path) -> None:
    paths = tree(tmp_path, net="", use="from net import x\ndef f():\n    x()\n")
    callers = Callers()
    assert callers.of(paths["net"], (str(tmp_path),)) == ()
    Path(paths["use"]).write_text("from net import x\nfor i in range(3):\n    x(i)\n")
    assert callers.of(paths["net"], (str(tmp_path),)) == (paths["use"],)


GUESSED = wire.TargetStatus("Net", "class", None, "checked", source="layers")
NET = "def forward(x):\n    return x\n"


def test_what_a_program_shows_stands_in_the_place_of_a_guess(tmp_path: Path) -> None:
    paths = tree(tmp_path, net=NET, train="import net\n" + RUNS)
    at = span(paths["net"], NET, "x", 1)
    guess = wire.ValueFact(at, tensor(7), "expression", "layers")
    true = wire.ValueFact(at, tensor(2, 3), "expression", "script")
    elsewhere = wire.ValueFact(span(paths["train"], "import net", "net"), tensor(9))
    failure = wire.Failure("torch.add", at, "RuntimeError", "no")

    def answer(run: wire.Run) -> wire.Trace:
        if run.entry == paths["net"]:
            return wire.Trace(run.id, values=(guess,), targets=(GUESSED,))
        return wire.Trace(run.id, values=(true, elsewhere), failures=(failure,))

    engine = FakeEngine(answer)
    request = Request(paths["net"], {}, (str(tmp_path),))
    report = analysis.analyse(request, engine)
    seen = analysis.with_callers(report, request, engine, lambda: [paths["train"]])
    assert [(fact.value.tensor.shape, fact.source) for fact in seen.shapes if fact.value.tensor] == [((2, 3), "call")]
    assert [(finding.location.path, finding.entry) for finding in seen.findings] == [(paths["net"], paths["train"])]


def test_nobody_is_asked_where_nothing_was_guessed(tmp_path: Path) -> None:
    paths = tree(tmp_path, net=NET)
    target = wire.TargetStatus("Net", "class", None, "checked", source="docstring")
    engine = FakeEngine(lambda run: wire.Trace(run.id, targets=(target,)))
    request = Request(paths["net"], {}, (str(tmp_path),))
    report = analysis.analyse(request, engine)

    def never() -> list[str]:
        raise AssertionError

    assert analysis.with_callers(report, request, engine, never) is report


def test_a_guess_is_shown_only_where_nothing_was_seen() -> None:
    at = Location("/w/a.py", Range(Position(0, 0), Position(0, 1)))
    guess = ShapeFact(at, tensor(7), "expression", "layers", "x", "x")
    true = ShapeFact(at, tensor(2, 3), "expression", "script", "x", "x")
    assert without_guesses([guess, true]) == [true]
    assert without_guesses([guess]) == [guess]
