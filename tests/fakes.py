"""An engine without processes: it answers each run with what a function makes of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from shapewright import show, wire
from shapewright.config import Config
from shapewright.model import Candidate, Edit, EngineInfo, EngineState, Finding, Location, Severity
from shapewright.source import Range
from shapewright.sources import Sources

Answer = Callable[[wire.Run], "wire.Trace | wire.Fault"]


class FakeEngine:
    """Records the runs it was asked for."""

    def __init__(self, answer: Answer):
        self.answer = answer
        self.runs: list[wire.Run] = []
        self.proofs: list[wire.Run] = []
        self.info = EngineInfo(EngineState.READY, "/usr/bin/python3", "3.11.7", "2.13.0")

    def run(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        self.runs.append(run)
        return self.answer(run)

    def prove(self, run: wire.Run, deadline: float) -> wire.Trace | wire.Fault:
        self.proofs.append(run)
        return self.answer(run)

    @contextmanager
    def open(self, _interpreter: str, _config: Config) -> Iterator[FakeEngine]:
        yield self


def span(path: str, text: str, part: str, nth: int = 0) -> wire.Span:
    """Where the `nth` occurrence of `part` stands in `text`."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(part, at + 1)
    before, through = text[:at], text[: at + len(part)]

    def place(upto: str) -> tuple[int, int]:
        return upto.count("\n") + 1, len(upto.rpartition("\n")[2].encode())

    return wire.Span(path, *place(before), *place(through))


def tensor(*shape: int | None, dtype: str = "float32", symbols: tuple[str, ...] | None = None) -> wire.Value:
    return wire.Value("tensor", "torch.Tensor", wire.TensorFact(shape, dtype, symbols=symbols))


def dtype_mistakes(run: wire.Run) -> wire.Trace:
    """A tiny world: `make("float64")` makes a tensor of a dtype, `.float()` casts it, `layer(x)` takes float32 only."""
    text = run.texts[run.entry]
    dtypes: dict[str, str] = {}
    failures: list[wire.Failure] = []
    values: list[wire.ValueFact] = []

    def dtype(node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return dtypes.get(node.id, "float32")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return {"float": "float32", "double": "float64"}[node.func.attr]
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            return str(node.args[0].value)
        return "float32"

    def where(node: ast.expr) -> wire.Span:
        return wire.Span(run.entry, node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)

    for statement in ast.parse(text).body:
        if not isinstance(statement, ast.Assign):
            continue
        name, value = statement.targets[0], statement.value
        assert isinstance(name, ast.Name)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "layer":
            given = dtype(value.args[0])
            if given != "float32":
                operands = (
                    wire.Operand("input", tensor(2, 3, dtype=given), where(value.args[0])),
                    wire.Operand("weight", tensor(3, 3)),
                )
                failures.append(
                    wire.Failure(
                        "torch.nn.functional.linear", where(value), "RuntimeError", "dtypes", operands=operands
                    )
                )
        dtypes[name.id] = dtype(value)
        values.append(wire.ValueFact(where(name), tensor(2, 3, dtype=dtypes[name.id]), "assignment", name=name.id))
    status = wire.TargetStatus("script", "script", None, "checked")
    return wire.Trace(run.id, tuple(values), tuple(failures), (status,), seconds=0.01)


def plain_findings(failures: Iterable[wire.Failure], sources: Sources) -> tuple[Finding, ...]:
    """In place of the rules, whose words change: every failure is a `tensor-error`."""
    found: list[Finding] = []
    for failure in failures:
        location = sources.location(failure.span)
        if location is not None:
            given = ", ".join(f"{o.name} {show.value_text(o.value)}" for o in failure.operands)
            message = f"{show.short_name(failure.op)} fails with {given}"
            found.append(Finding("tensor-error", Severity.ERROR, message, location, failure.message, failure=failure))
    return tuple(found)


def cast_candidates(failure: wire.Failure, sources: Sources) -> tuple[Candidate, ...]:
    """In place of the fixes: `.float()` behind each operand that has another dtype."""
    found: list[Candidate] = []
    for operand in failure.operands:
        location = sources.location(operand.span) if operand.span else None
        if location is not None and operand.value.tensor and operand.value.tensor.dtype != "float32":
            behind = Location(location.path, Range(location.range.end, location.range.end))
            title = f"Cast {sources.text(location)} to float32"
            found.append(Candidate(title, (Edit(behind, ".float()"),), preferred=True))
    return tuple(found)
