"""Docstrings that say what a model returns, where a run on the inputs that they describe returns something else."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from shapewright import wire
from shapewright.annotations import dims, written
from shapewright.annotations.dims import Shape
from shapewright.annotations.scope import File, Scope, scopes
from shapewright.sources import Sources
from shapewright.stated import compare
from shapewright.stated.comments import CERTAIN
from shapewright.stated.compare import Sizes

KIND = "stale-docstring"

_DOCUMENTED = frozenset({"docstring", "class docstring"})


def failures(trace: wire.Trace, sources: Sources) -> Iterator[wire.Failure]:
    """The results that are not what their docstring says."""
    checked = {target.name for target in trace.targets if target.kind != "script" and target.status == "checked"}
    paths = dict.fromkeys(fact.span.path for fact in trace.values if fact.role == "return")
    for path in paths if checked else ():
        source = sources.get(path)
        if source is None or ('"""' not in source.text and "'''" not in source.text):
            continue
        try:
            file = File(source, ast.parse(source.text))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        facts = [fact for fact in trace.values if fact.span.path == path and fact.role in ("return", "parameter")]
        for scope in scopes(file):
            if scope.name in checked and file.docstring(scope.node) is not None:
                yield from _of_scope(scope, facts)


def _of_scope(scope: Scope, facts: Sequence[wire.ValueFact]) -> Iterator[wire.Failure]:
    first, last = scope.node.lineno, scope.node.end_lineno or scope.node.lineno
    inner = {
        line
        for node in ast.walk(scope.node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and node is not scope.node
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    held = [fact for fact in facts if first <= fact.span.line <= last and fact.span.line not in inner]
    results = [fact for fact in held if fact.role == "return"]
    reading = written(scope)
    declared = [d for d in reading.returns if d.source in _DOCUMENTED]
    if not results or len(declared) != len(reading.returns):
        return
    for index, one in enumerate(declared):
        if one.kind != "tensor" or len(one.alternatives) != 1 or one.span is None:
            continue
        shape = one.alternatives[0]
        seen = [_member(fact, index, len(declared)) for fact in results]
        sizes = [s for s in seen if s is not None]
        if len(sizes) < len(seen) or not compare.is_closed(shape):
            continue
        known = _known(reading.inputs, [fact for fact in held if fact.role == "parameter"])
        found = _contradiction(shape, list(dict.fromkeys(sizes)), known)
        if found is not None:
            yield _failure(scope, one.span, results[0], index, len(declared), *found)


def _member(fact: wire.ValueFact, index: int, count: int) -> Sizes | None:
    """The shape of one of the results, where somebody gave the inputs and all of it is known."""
    value = fact.value
    if count > 1:
        if value.kind != "sequence" or len(value.items) != count:
            return None
        value = value.items[index]
    tensor = value.tensor
    if value.kind != "tensor" or tensor is None or tensor.shape is None or fact.source not in CERTAIN:
        return None
    sizes = tuple(size for size in tensor.shape if size is not None)
    return sizes if len(sizes) == len(tensor.shape) else None


def _known(inputs: Sequence[wire.Declared], given: Sequence[wire.ValueFact]) -> dict[str, int] | None:
    """The sizes of the names in the described inputs; None where what was given is not as it is described."""
    found: dict[str, int] = {}
    for declared in inputs:
        if declared.kind != "tensor" or len(declared.alternatives) != 1 or declared.source not in _DOCUMENTED:
            continue
        shape = declared.alternatives[0]
        for fact in given:
            tensor = fact.value.tensor
            if fact.name != declared.name or tensor is None or tensor.shape is None:
                continue
            if len(tensor.shape) != len(shape) or not compare.is_closed(shape):
                return None
            for dim, size in zip(shape, tensor.shape, strict=True):
                if dim.kind == "sym" and (size is None or found.setdefault(dim.text, size) != size):
                    return None
                if dim.kind == "int" and dim.value != size:
                    return None
    return found


def _contradiction(shape: Shape, sizes: Sequence[Sizes], known: dict[str, int] | None) -> tuple[str, str] | None:
    if known is None:
        return None
    if all(compare.has_other_rank(shape, s, batched=True) for s in sizes):
        return "rank", ""
    order = compare.order(shape, sizes[0], known) if len(sizes) == 1 else None
    if order is not None:
        return "order", compare.text(shape, [dims.show((shape[i],))[1:-2] for i in order])
    return None


def _failure(
    scope: Scope, span: wire.Span, fact: wire.ValueFact, index: int, count: int, what: str, instead: str
) -> wire.Failure:
    source = scope.file.source
    said = source.slice(source.range_from_ast(span.line, span.column, span.end_line, span.end_column))
    value = fact.value.items[index] if count > 1 else fact.value
    operand = wire.Operand("value", value, span=fact.span)
    facts = {"what": what, "said": said, "instead": instead, "target": scope.name}
    return wire.Failure("docstring", span, "", "", operands=(operand,), kind=KIND, facts=facts, evidence="declared")
