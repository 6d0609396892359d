"""Which graph shows a class: its own, or the part of another model's where it is a layer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shapewright import wire


def names(graphs: Iterable[wire.ModelGraph]) -> tuple[str, ...]:
    """The classes that can be shown: models that ran, then layers of the workspace in them."""
    graphs = tuple(graphs)
    inner = (n.type for g in graphs for n in g.nodes if n.kind == "layer" and not n.library)
    return tuple(dict.fromkeys([*(g.name for g in graphs), *inner]))


def choose(graphs: Iterable[wire.ModelGraph], name: str) -> wire.ModelGraph | None:
    """The graph of a class; None where it did not run."""
    graphs = tuple(graphs)
    for graph in graphs:
        if graph.name == name:
            return graph
    for graph in graphs:
        # The call that fails, else the first one.
        found = [i for i, n in enumerate(graph.nodes) if n.kind == "layer" and n.type == name.rpartition(".")[2]]
        if found:
            return _part(graph, next((i for i in found if _fails(graph, i)), found[0]), name)
    return None


def _fails(graph: wire.ModelGraph, root: int) -> bool:
    return any(graph.nodes[i].error for i in _inside(graph, root))


def _inside(graph: wire.ModelGraph, root: int) -> list[int]:
    found = {root}
    for index, node in enumerate(graph.nodes):
        if node.parent in found:
            found.add(index)
    return sorted(found)


def _part(graph: wire.ModelGraph, root: int, name: str) -> wire.ModelGraph:
    """A layer as a model of its own: what comes from outside are its inputs, what goes out is its output."""
    inside = _inside(graph, root)
    number = {old: new for new, old in enumerate(inside)}
    path = graph.nodes[root].name
    nodes = [
        replace(
            graph.nodes[old],
            parent=number.get(graph.nodes[old].parent, -1),
            name=graph.nodes[old].name.removeprefix(path).removeprefix("."),
        )
        for old in inside
    ]
    nodes[0] = replace(nodes[0], name=name)
    edges: list[wire.GraphEdge] = []
    entries: dict[int, int] = {}
    end = -1
    for edge in graph.edges:
        source, target = number.get(edge.source), number.get(edge.target)
        if source is None and target is not None:
            if edge.source not in entries:
                entries[edge.source] = len(nodes)
                nodes.append(wire.GraphNode("input", f"input {len(entries)}", parent=0, output=edge.value))
            source = entries[edge.source]
        elif source is not None and target is None:
            if end < 0:
                end = len(nodes)
                nodes.append(wire.GraphNode("output", "output", parent=0, output=edge.value))
            target = end
        if source is not None and target is not None:
            new = replace(edge, source=source, target=target, failed=edge.failed and target != end)
            if new not in edges:
                edges.append(new)
    return replace(graph, name=name, nodes=tuple(nodes), edges=tuple(edges))
