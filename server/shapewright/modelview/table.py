"""A graph as a table for a terminal: a line for each layer, as a tree."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from shapewright import show, wire
from shapewright.modelview.data import shape

_HEAD = ("Layer", "Output", "Parameters", "FLOPs")
_WIDEST = (60, 44)


def table(graph: wire.ModelGraph) -> str:
    """Layers with what they put out, their parameters and floating point operations; then the sums. A call that fails
    is marked, and what PyTorch says stands below."""
    rows = [_HEAD, *_rows(graph)]
    widths = [max(_width(row[column]) for row in rows) for column in range(4)]
    rule = "─" * (sum(widths) + 6)
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, rule)
    lines += [rule, *_sums(graph)]
    for node in graph.nodes:
        if node.error:
            lines += ["", f"✗ {node.name or node.type}: {node.error}"]
    return "\n".join(lines) + "\n"


def _rows(graph: wire.ModelGraph) -> Iterator[tuple[str, str, str, str]]:
    shown = [i for i, n in enumerate(graph.nodes) if n.kind == "layer" or n.error]
    children: dict[int, list[int]] = {}
    for index in shown:
        children.setdefault(graph.nodes[index].parent, []).append(index)

    def below(index: int, lead: str, branch: str) -> Iterator[tuple[str, str, str, str]]:
        node = graph.nodes[index]
        mark = " ✗" if node.error else ""
        yield _clip(lead + branch + _title(graph, index) + mark, 0), _clip(shape(node.output), 1), *_numbers(node)
        lead += {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
        inner = children.get(index, [])
        for child in inner:
            yield from below(child, lead, "└─ " if child == inner[-1] else "├─ ")

    for root in children.get(-1, []):
        yield from below(root, "", "")


def _title(graph: wire.ModelGraph, index: int) -> str:
    node = graph.nodes[index]
    if node.kind != "layer":
        return node.name
    around = graph.nodes[node.parent].name if node.parent > 0 else ""
    name = node.name.removeprefix(around + ".") if around else node.name
    return node.type if name in ("", node.type) else f"{name}: {node.type}"


def _numbers(node: wire.GraphNode) -> tuple[str, str]:
    parameters = show.count_text(node.parameters) if node.parameters else "–"
    return parameters, amount(node.flops) if node.flops else "–"


def _sums(graph: wire.ModelGraph) -> Iterator[str]:
    if not graph.nodes:
        return
    whole = graph.nodes[0]
    inputs = ", ".join(f"{n.name} {shape(n.output)}" for n in graph.nodes if n.kind == "input")
    yield f"Input: {inputs or 'none'} (from: {graph.evidence})"
    yield f"Parameters: {show.count_text(whole.parameters)} ({size(4 * whole.parameters)} in float32)"
    yield f"FLOPs of one forward: {amount(whole.flops)} (a multiplication with its addition is two)"
    yield f"Memory of activations: {size(whole.memory)}"
    if graph.cut:
        yield "The model is larger than what is shown."


def amount(count: int) -> str:
    """A count with its unit: `1.81 G`."""
    return _scaled(count, 1000, ("", "k", "M", "G", "T", "P"))


def size(count: int) -> str:
    """Bytes with their unit: `41.3 MB`."""
    return _scaled(count, 1000, ("B", "kB", "MB", "GB", "TB", "PB"))


def _scaled(count: int, step: int, units: tuple[str, ...]) -> str:
    value, unit = float(count), 0
    while value >= step - 0.5 and unit < len(units) - 1:
        value, unit = value / step, unit + 1
    digits = f"{value:.0f}" if unit == 0 or value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
    return f"{digits} {units[unit]}".rstrip()


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    left = [cell + " " * (width - _width(cell)) for cell, width in zip(row[:2], widths, strict=False)]
    right = [" " * (width - _width(cell)) + cell for cell, width in zip(row[2:], widths[2:], strict=True)]
    return "  ".join([*left, *right]).rstrip()


def _clip(text: str, column: int) -> str:
    return text if len(text) <= _WIDEST[column] else text[: _WIDEST[column] - 1] + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
