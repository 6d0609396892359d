"""The graph of a model's run: which layer and operation made which tensor, and which took it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import nn

from shapewright import wire
from shapewright.worker.failures import Reporter
from shapewright.worker.flops import Flops
from shapewright.worker.info import describe, no_dispatch, parameter_count
from shapewright.worker.probing import tensors_in
from shapewright.worker.state import State
from shapewright.worker.symbols import named

MOST = 3000
"""Nodes of one graph."""
CALLS = 4
"""Calls of a model that are looked at: the first is shown, or the first that fails."""

_WHOLE = (nn.MultiheadAttention, nn.RNNBase)
"""Layers of torch that are made of others, which they do not call."""
_UNSEEN = {
    "__set__", "__get__", "detach", "detach_", "requires_grad_", "backward", "item", "tolist", "numpy", "retain_grad",
    "register_hook", "is_floating_point", "data_ptr", "__repr__", "__format__", "__bool__", "__int__", "__float__",
}  # fmt: skip
_SIGNS = {
    "add": "+", "__add__": "+", "__radd__": "+", "iadd": "+", "sub": "−", "rsub": "−", "mul": "×", "div": "÷",
    "matmul": "@", "getitem": "[ ]", "truediv": "÷", "pow": "**",
}  # fmt: skip


@dataclass
class _Node:
    """A node while it is made; its numbers are its own until the end, then of everything in it."""

    fact: wire.GraphNode
    parameters: int = 0
    flops: int = 0
    memory: int = 0
    output: wire.Value | None = None
    error: str = ""


@dataclass
class _Draft:
    """One run."""

    name: str
    paths: dict[int, str]
    nodes: list[_Node] = field(default_factory=list[_Node])
    edges: list[wire.GraphEdge] = field(default_factory=list[wire.GraphEdge])
    made: dict[int, int] = field(default_factory=dict[int, int])
    kept: list[Any] = field(default_factory=list[Any])
    counted: set[int] = field(default_factory=set[int])
    open: list[int] = field(default_factory=list[int])
    leaf: bool = False
    cut: bool = False


class Recorder:
    """Of one run of the worker; told of every call of a module and of every operation."""

    def __init__(self, state: State, reporter: Reporter) -> None:
        self.state, self.reporter = state, reporter
        self.flops = Flops()
        self._graphs: dict[str, wire.ModelGraph] = {}
        self._calls: dict[str, int] = {}
        self._draft: _Draft | None = None

    def graphs(self) -> tuple[wire.ModelGraph, ...]:
        """One of each model that ran."""
        return tuple(self._graphs.values())

    def call(self, module: nn.Module, args: Any, kwargs: Any, run: Callable[..., Any]) -> Any:
        """Run a module, and note it."""
        if self.state.probing or self.state.quiet:
            return run(module, args, kwargs)
        if self._draft is not None:
            return (
                run(module, args, kwargs) if self._draft.leaf else self._inner(self._draft, module, args, kwargs, run)
            )
        name = type(module).__qualname__
        if (_is_library(module) and not module._modules) or self._calls.get(name, 0) >= CALLS:
            return run(module, args, kwargs)
        self._calls[name] = self._calls.get(name, 0) + 1
        draft = self._draft = _Draft(name, {id(m): path for path, m in module.named_modules()})
        self.flops.begin()
        try:
            with self.flops:
                return self._inner(draft, module, args, kwargs, run)
        finally:
            self._draft = None
            graph = self._finished(draft)
            before = self._graphs.get(name)
            if before is None or (_has_error(graph) and not _has_error(before)):
                self._graphs[name] = graph

    def operation(self, func: Any, tensors: list[torch.Tensor], result: Any) -> None:
        """A torch call came to its end."""
        draft = self._draft
        if draft is None or draft.leaf or not draft.open or self.state.probing or self.state.quiet:
            return
        name = getattr(func, "__name__", "")
        flops = self.flops.taken()
        sources = [t for t in tensors if id(t) in draft.made]
        if not sources or name in _UNSEEN or len(draft.nodes) >= MOST:
            draft.cut = draft.cut or len(draft.nodes) >= MOST
            draft.nodes[draft.open[-1]].flops += flops
            return
        plain = name.strip("_")
        index = self._node(draft, wire.GraphNode("operation", _SIGNS.get(plain, plain), plain, call=self._place()))
        node = draft.nodes[index]
        node.flops = flops
        self._take(draft, index, sources)
        self._fails(draft, index)
        self._give(draft, index, result, sources)

    # ------------------------------------------------------------------------------------------------- one module

    def _inner(self, draft: _Draft, module: nn.Module, args: Any, kwargs: Any, run: Callable[..., Any]) -> Any:
        if len(draft.nodes) >= MOST:
            draft.cut = True
            return run(module, args, kwargs)
        given = tensors_in((args, kwargs))
        library, root = _is_library(module), not draft.nodes
        fact = wire.GraphNode(
            "layer", draft.paths.get(id(module), "") or ("" if root else type(module).__name__),
            type(module).__name__, library=library, call=self._place(),
            declared=self.state.declarations.get(module) or self.state.births.get(module),
            settings=_settings(module) if library else "",
        )  # fmt: skip
        index = self._node(draft, fact)
        node, leaf = draft.nodes[index], library and (not module._modules or isinstance(module, _WHOLE))
        node.parameters = parameter_count(module, draft.counted, below=leaf)
        if root:
            self._inputs(draft, module, args, kwargs)
        elif leaf:
            self._take(draft, index, given)
        outer_flops = self.flops.taken()
        draft.nodes[draft.open[-1] if draft.open else index].flops += outer_flops
        draft.open.append(index)
        draft.leaf = leaf
        try:
            output = run(module, args, kwargs)
        except Exception as error:
            node.error = node.error or (str(error) if leaf else "")
            raise
        finally:
            draft.leaf = False
            draft.open.pop()
            node.flops += self.flops.taken()
            if leaf:
                self._fails(draft, index)
        if isinstance(module, nn.RNNBase) and not node.flops:  # answered in one piece, as it is for packed sequences
            node.flops = _recurrent(module, given)
        node.output = self._shown(output)
        if leaf:
            self._give(draft, index, output, given)
        if root:
            end = self._node(draft, wire.GraphNode("output", "output", parent=0))
            draft.nodes[end].output = node.output
            self._take(draft, end, tensors_in(output))
        return output

    def _inputs(self, draft: _Draft, module: nn.Module, args: Any, kwargs: Any) -> None:
        code = getattr(getattr(type(module).forward, "__wrapped__", type(module).forward), "__code__", None)
        names = code.co_varnames[1 : code.co_argcount] if code is not None else ()
        pairs = [(names[i] if i < len(names) else f"input {i + 1}", a) for i, a in enumerate(args)]
        for name, value in [*pairs, *kwargs.items()]:
            found = tensors_in(value)
            if found:
                index = self._node(draft, wire.GraphNode("input", name, parent=0))
                draft.nodes[index].output = self._shown(value)
                draft.made.update((id(t), index) for t in found)
                draft.kept.append(found)

    # ------------------------------------------------------------------------------------------------ small parts

    def _node(self, draft: _Draft, fact: wire.GraphNode) -> int:
        if fact.parent < 0 and draft.open:
            fact = replace(fact, parent=draft.open[-1])
        draft.nodes.append(_Node(fact))
        return len(draft.nodes) - 1

    def _take(self, draft: _Draft, index: int, tensors: list[torch.Tensor]) -> None:
        taken: set[int] = set()
        for tensor in tensors:
            source = draft.made.get(id(tensor))
            if source is not None and id(tensor) not in taken and (value := self._shown(tensor)) is not None:
                taken.add(id(tensor))
                draft.edges.append(wire.GraphEdge(source, index, value))

    def _give(self, draft: _Draft, index: int, output: Any, given: list[torch.Tensor]) -> None:
        found = tensors_in(output)
        node = draft.nodes[index]
        node.output = node.output or self._shown(output)
        for tensor in found:
            node.memory += _new_bytes(tensor, given)
            draft.made[id(tensor)] = index
        draft.kept.append(found)  # an id is only unique while the object lives

    def _fails(self, draft: _Draft, index: int) -> None:
        """Mark a node in which a failure was reported since the last one was looked at."""
        failures = self.state.failures[self._seen :]
        self._seen = len(self.state.failures)
        errors = [f.message for f in failures if f.kind == "error"]
        if errors:
            draft.nodes[index].error = errors[0]
        if draft.nodes[index].error:
            draft.edges = [
                wire.GraphEdge(e.source, e.target, e.value, True) if e.target == index else e for e in draft.edges
            ]

    _seen = 0

    def _shown(self, value: Any) -> wire.Value | None:
        shown = describe(value)
        return named(shown, self.state.symbols) if shown is not None else None

    def _place(self) -> wire.Span | None:
        path, at = self.reporter.place(sys._getframe(2))
        return wire.Span(path, *self.state.places.shown(path, at)) if at is not None else None

    def _finished(self, draft: _Draft) -> wire.ModelGraph:
        for node in reversed(draft.nodes):
            if node.fact.parent >= 0:
                around = draft.nodes[node.fact.parent]
                around.parameters += node.parameters
                around.flops += node.flops
                around.memory += node.memory
        nodes = tuple(
            replace(
                n.fact,
                output=n.output,
                parameters=n.parameters,
                flops=n.flops,
                memory=n.memory,
                error=n.error,
            )
            for n in draft.nodes
        )
        return wire.ModelGraph(draft.name, nodes, tuple(draft.edges), self.state.source, draft.cut)


def _is_library(module: nn.Module) -> bool:
    return type(module).__module__.partition(".")[0] == "torch"


def _has_error(graph: wire.ModelGraph) -> bool:
    return any(node.error for node in graph.nodes)


def _settings(module: nn.Module) -> str:
    try:
        return module.extra_repr()
    except Exception:  # a setting that nobody knows
        return ""


def _recurrent(module: nn.RNNBase, given: list[torch.Tensor]) -> int:
    """Every weight is used once for each place of each sequence."""
    with no_dispatch():
        places = given[0].numel() // max(module.input_size, 1) if given else 0
        return 2 * places * sum(p.numel() for p in module.parameters() if p.dim() > 1)


def _new_bytes(tensor: torch.Tensor, given: list[torch.Tensor]) -> int:
    """The bytes of a tensor that is no view of what went in."""
    try:
        with no_dispatch():
            own = tensor.untyped_storage()._cdata
            if any(t is tensor or t.untyped_storage()._cdata == own for t in given):
                return 0
            return tensor.numel() * tensor.element_size()
    except Exception:  # sparse and nested tensors have no storage
        return 0
