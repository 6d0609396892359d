"""What the server and the worker say to each other: frozen dataclasses, one JSON object a line.

The only package that both sides import. Standard library only; Python 3.10 to 3.14.

Positions on the wire are those of `ast`: lines from 1, columns in UTF-8 bytes from 0, ends exclusive.
`source.SourceText` in the server is the only place that turns them into anything else.
"""

from __future__ import annotations

from shapewright.wire.answers import PROTOCOL, Doubt, Ended, Fault, Hello, TargetStatus, Trace
from shapewright.wire.codec import Message, decode, encode
from shapewright.wire.contract import Constraint, Contract, Growth
from shapewright.wire.declared import Declared, Dim, Span, Target
from shapewright.wire.facts import Failure, Frame, ModuleFact, Operand, Step, TensorFact, Value, ValueFact
from shapewright.wire.graph import GraphEdge, GraphNode, ModelGraph
from shapewright.wire.requests import Fork, Kill, Options, Run, Shutdown
from shapewright.wire.words import with_names

__all__ = [
    "PROTOCOL",
    "Constraint",
    "Contract",
    "Declared",
    "Dim",
    "Doubt",
    "Ended",
    "Failure",
    "Fault",
    "Fork",
    "Frame",
    "GraphEdge",
    "GraphNode",
    "Growth",
    "Hello",
    "Kill",
    "Message",
    "ModelGraph",
    "ModuleFact",
    "Operand",
    "Options",
    "Run",
    "Shutdown",
    "Span",
    "Step",
    "Target",
    "TargetStatus",
    "TensorFact",
    "Trace",
    "Value",
    "ValueFact",
    "decode",
    "encode",
    "with_names",
]
