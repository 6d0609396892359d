"""The graph of one run of a model: layers and operations, and the tensors that go from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapewright.wire.declared import Span
from shapewright.wire.facts import Value


@dataclass(frozen=True)
class GraphNode:
    """One call of a layer, one operation between layers, one input, or the output.

    `parent` is the index of the layer whose forward made the call, -1 for none. `name` is the layer's path from the
    root, or the operation's name. `library`: a layer of torch, which is not looked into. `parameters`, `flops` and
    `memory` (bytes of new tensors that it puts out) are of everything in it; of a layer that is called again, and of
    weights that were counted before, the parameters are 0. `declared` is where the layer was made, `call` where it is
    called. `error`: what PyTorch says where it fails.
    """

    kind: Literal["layer", "operation", "input", "output"]
    name: str
    type: str = ""
    parent: int = -1
    library: bool = False
    output: Value | None = None
    parameters: int = 0
    flops: int = 0
    memory: int = 0
    declared: Span | None = None
    call: Span | None = None
    error: str = ""
    settings: str = ""


@dataclass(frozen=True)
class GraphEdge:
    """A tensor from the node that made it to one that took it, by their indices. `failed`: where it was refused."""

    source: int
    target: int
    value: Value
    failed: bool = False


@dataclass(frozen=True)
class ModelGraph:
    """One run of a model on an input. `nodes` stand in order of execution and begin with the model itself.

    `evidence` is that of the run: `script`, `docstring`, `given`, `layers`, …. `cut`: there was more than is kept.
    """

    name: str
    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[GraphEdge, ...] = ()
    evidence: str = "script"
    cut: bool = False
