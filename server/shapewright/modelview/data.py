"""A graph as plain JSON data, with shapes as text and places as the reader counts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shapewright import show, wire

Place = Callable[[wire.Span], "dict[str, Any] | None"]
"""A place of the wire as `{path, line, column, endLine, endColumn}`, lines and columns from 0; None where it cannot be
shown."""


def data(graph: wire.ModelGraph, place: Place) -> dict[str, Any]:
    """What the page draws."""
    return {
        "name": graph.name,
        "evidence": graph.evidence,
        "cut": graph.cut,
        "nodes": [_node(index, node, place) for index, node in enumerate(graph.nodes)],
        "edges": [
            {"source": e.source, "target": e.target, "shape": shape(e.value), "failed": e.failed} for e in graph.edges
        ],
    }


def shape(value: wire.Value | None) -> str:
    """A value in one line, empty where there is nothing to show."""
    return show.value_text(value) if value is not None else ""


def _node(index: int, node: wire.GraphNode, place: Place) -> dict[str, Any]:
    return {
        "id": index,
        "parent": node.parent,
        "kind": node.kind,
        "name": node.name,
        "type": node.type,
        "library": node.library,
        "shape": shape(node.output),
        "parameters": node.parameters,
        "flops": node.flops,
        "memory": node.memory,
        "settings": node.settings,
        "error": node.error,
        "declared": place(node.declared) if node.declared else None,
        "call": place(node.call) if node.call else None,
    }
