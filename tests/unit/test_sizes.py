"""What other sizes add to a report."""

from __future__ import annotations

from dataclasses import replace

from shapewright import analysis, wire
from shapewright.model import EngineInfo, EngineState, Location, Report, ShapeFact
from shapewright.sizes import with_sizes, with_symbols
from shapewright.source import Position, Range

HERE = Location("/a.py", Range(Position(3, 8), Position(3, 9)))
THERE = Location("/a.py", Range(Position(4, 8), Position(4, 9)))


def tensor(shape: tuple[int, ...], *symbols: str) -> wire.Value:
    return wire.Value("tensor", "Tensor", wire.TensorFact(shape, "float32", symbols=symbols or None))


def fact(location: Location, value: wire.Value) -> ShapeFact:
    return ShapeFact(location, value, "expression", "layers", "x", "x")


def test_symbols_go_to_the_same_value_at_the_same_place_only() -> None:
    module = wire.Value("module", "Net", module=wire.ModuleFact("Net", settings={"a": "1"}))
    shapes = [
        fact(HERE, tensor((2, 48), "B", "48")),
        fact(HERE, tensor((2, 40))),
        fact(HERE, module),
        fact(THERE, tensor((2, 48))),
    ]
    seen = [fact(HERE, module), fact(HERE, tensor((2, 48), "B", "H/2"))]
    assert with_symbols(shapes, seen) == (seen[1], *shapes[1:])


class Answers:
    """A runner that gives one answer."""

    info = EngineInfo(EngineState.READY)

    def __init__(self, answer: wire.Trace | wire.Fault) -> None:
        self.answer, self.runs = answer, list[wire.Run]()

    def run(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        self.runs.append(run)
        return self.answer

    prove = run


TARGET = wire.TargetStatus("Net", "class", None, "checked")
REQUEST = analysis.Request("/a.py", {"/a.py": "x = 1\n\n\ny = (x)\n"})


def test_contracts_and_hints_are_added_and_what_was_found_stays() -> None:
    span = wire.Span("/a.py", 4, 4, 4, 7)
    kinds = ("squeeze-drops-batch", "error")
    facts = {"shape": "[B]", "one": "[]"}
    failures = tuple(wire.Failure("op", span, "", "", kind=kind, facts=facts) for kind in kinds)
    runner = Answers(wire.Trace(1, failures=failures, targets=(TARGET,), contracts=(wire.Contract("Net"),)))
    first = Report("/a.py", "ok", targets=(TARGET,))
    report = with_sizes(first, REQUEST, runner)
    assert [run.options.probes for run in runner.runs] == [True]
    assert [f.code for f in report.findings] == ["squeeze-drops-batch"]
    assert report.contracts == (wire.Contract("Net"),) and report.sized


def test_a_run_that_an_edit_ended_says_nothing_and_one_that_failed_is_not_repeated() -> None:
    first = Report("/a.py", "ok", targets=(TARGET,))
    assert with_sizes(first, REQUEST, Answers(wire.Fault(1, "cancelled"))) is first
    assert with_sizes(first, REQUEST, Answers(wire.Fault(1, "late"))) == replace(first, sized=True)


def test_a_file_without_classes_is_not_run_again() -> None:
    runner = Answers(wire.Trace(1))
    first = Report("/a.py", "ok")
    assert with_sizes(first, REQUEST, runner) is first and not runner.runs
