"""`shapewright shapes`: every tensor of a file, in order of first execution, each distinct value once."""

from __future__ import annotations

import argparse

from shapewright.cli import files
from shapewright.cli.arguments import pin
from shapewright.cli.output import json, text
from shapewright.cli.session import Session
from shapewright.model import ShapeFact
from shapewright.source import Range


def run(arguments: argparse.Namespace, session: Session) -> tuple[str, int]:
    """The output and the exit code."""
    session.sizes = True
    found = files.collect([arguments.file])
    result = session.run(found, pin=pin(arguments, found), fixes=False)
    _, report = result.files[0]
    facts = tensors(report.shapes, report.entry)
    output = json.shapes(facts, result) if arguments.format == "json" else text.shapes(facts, result)
    return output, 2 if report.status == "failed" else 0


def tensors(facts: tuple[ShapeFact, ...], path: str) -> list[ShapeFact]:
    """The tensors in one file, each value of a place once."""
    seen: dict[tuple[Range, object, str | None, str], ShapeFact] = {}
    for fact in facts:
        tensor = fact.value.tensor
        if fact.value.kind == "tensor" and tensor is not None and fact.location.path == path:
            seen.setdefault((fact.location.range, tensor.shape, tensor.dtype, tensor.device), fact)
    return list(seen.values())
