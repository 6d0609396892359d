"""What a report says about one file, in numbers. Pure."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields

from shapewright import wire
from shapewright.model import Report

_NO_TENSOR_CALLS = {"len", "int", "str", "bool", "range", "isinstance", "getattr", "hasattr", "type", "print", "size"}
_NO_TENSOR_ATTRIBUTES = {"shape", "device", "dtype", "ndim", "training"}


@dataclass
class Numbers:
    """Counts of one file or of many.

    `classes` are those with a `forward`; `ran` of them were checked, `part` in part. `assigned` are assignments to a
    name that hold a tensor, `full` those whose every dimension and dtype is known. What a class that did not run
    assigns in its methods counts as assigned.
    """

    files: int = 0
    failed: int = 0
    crashed: int = 0
    classes: int = 0
    ran: int = 0
    part: int = 0
    functions: int = 0
    functions_ran: int = 0
    assigned: int = 0
    full: int = 0
    expressions: int = 0
    expressions_full: int = 0
    severities: Counter[str] = field(default_factory=Counter)

    def add(self, other: Numbers) -> None:
        for part in fields(self):
            mine, more = getattr(self, part.name), getattr(other, part.name)
            setattr(self, part.name, mine + more)


def numbers(report: Report, tree: ast.Module, crashed: bool) -> Numbers:
    """The counts of one file."""
    classes = [target for target in report.targets if target.kind == "class"]
    functions = [target for target in report.targets if target.kind == "function"]
    ran = {target.name for target in classes if target.status == "checked"}
    part = {target.name for target in classes if target.status == "partial"}
    forwards = _forwards(tree)
    held = _held(report, "assignment")
    blank = {place for name in forwards if name not in ran | part for place in _assignments(forwards[name])}
    seen = _held(report, "expression")
    return Numbers(
        files=1,
        failed=int(report.status == "failed" and not crashed),
        crashed=int(crashed),
        classes=len(set(forwards) | {target.name for target in classes}),
        ran=len(ran),
        part=len(part),
        functions=len(functions),
        functions_ran=sum(target.status == "checked" for target in functions),
        assigned=len(held.keys() | blank),
        full=sum(held.values()),
        expressions=len(seen),
        expressions_full=sum(seen.values()),
        severities=Counter(finding.severity.value for finding in report.findings),
    )


def short(report: Report, tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Name, status and reason of everything that was not checked to its end."""
    reached = {target.name for target in report.targets}
    for target in report.targets:
        if target.status != "checked":
            yield target.name if target.kind != "script" else "(script)", target.status, target.reason
    for name in _forwards(tree):
        if name not in reached:
            yield name, "unchecked", report.reason if report.status == "failed" else "no target"


def _held(report: Report, role: str) -> dict[tuple[int, int], bool]:
    """The places of the file that held a tensor, and whether its shape was known whenever they did."""
    held: dict[tuple[int, int], bool] = {}
    for fact in report.shapes:
        if fact.role != role or fact.location.path != report.entry:
            continue
        tensor = fact.value.tensor
        if tensor is None and fact.value.kind != "unknown":
            continue
        known = tensor is not None and tensor.dtype is not None and tensor.shape is not None
        start = fact.location.range.start
        place = (start.line, start.column)
        held[place] = held.get(place, True) and known and None not in ((tensor and tensor.shape) or ())
    return held


def _forwards(tree: ast.Module) -> dict[str, ast.ClassDef]:
    """The module classes of the file's own level: what has a `forward` that is no autograd function's."""
    found: dict[str, ast.ClassDef] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node in tree.body:
            methods = [m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == "forward"]
            if methods and not any(getattr(d, "id", "") == "staticmethod" for d in methods[0].decorator_list):
                found[node.name] = node
    return found


def _assignments(node: ast.ClassDef) -> Iterator[tuple[int, int]]:
    """Where the methods of a class assign to a name something that can be a tensor."""
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("__"):
            for inner in ast.walk(method):
                if isinstance(inner, ast.Assign) and _can_be_tensor(inner.value):
                    yield from _names(inner.targets)


def _names(targets: Iterable[ast.expr]) -> Iterator[tuple[int, int]]:
    for target in targets:
        if isinstance(target, (ast.Tuple, ast.List)):
            yield from _names(target.elts)
        elif isinstance(target, ast.Name):
            yield target.lineno - 1, target.col_offset


def _can_be_tensor(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        called = value.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        return name not in _NO_TENSOR_CALLS
    if isinstance(value, ast.Attribute):
        return value.attr not in _NO_TENSOR_ATTRIBUTES
    if isinstance(value, ast.Subscript):
        return _can_be_tensor(value.value)
    if isinstance(value, (ast.BinOp, ast.IfExp)):
        sides = (value.left, value.right) if isinstance(value, ast.BinOp) else (value.body, value.orelse)
        return any(_can_be_tensor(side) for side in sides)
    return isinstance(value, (ast.Name, ast.UnaryOp))


def failure_text(failure: wire.Failure | None) -> str:
    """What PyTorch says, on one line, and with which evidence."""
    return "" if failure is None else f"{failure.op} ({failure.evidence}): {' '.join(failure.message.split())}"
