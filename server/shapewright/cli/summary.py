"""`shapewright summary FILE[:CLASS]`: the layers of a model with shapes, parameters and operations, as a table or as a
page."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from shapewright import contract_text, modelview, wire
from shapewright.cli import files
from shapewright.cli.arguments import UsageError
from shapewright.cli.output import json, places, text
from shapewright.cli.result import Result
from shapewright.cli.session import Pin, Session

_NAME = re.compile(r"^(?P<file>.+\.(?:py|ipynb)):(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)$")


def run(arguments: argparse.Namespace, session: Session) -> tuple[str, int]:
    """The output and the exit code."""
    match = _NAME.match(arguments.file)
    path, name = (match["file"], match["name"]) if match else (arguments.file, "")
    pin: Pin | None = None
    if arguments.input or arguments.construct is not None:
        if not name:
            raise UsageError("--construct and --input describe a model; name it with FILE:CLASS")
        pin = Pin(name, arguments.construct, tuple(arguments.input))
    session.graphs = session.sizes = True
    result = session.run(files.collect([path]), pin=pin, fixes=False)
    _, report = result.files[0]
    graph = modelview.choose(report.graphs, name) if name else None
    graphs = (graph,) if graph is not None else () if name else report.graphs
    if not graphs:
        return f"{path}: {_why(name, result)}\n{text.engine_line(result.engines)}\n", 2
    contracts = {contract.name: contract for contract in report.contracts}
    if arguments.format == "json":
        output = json.summary(graphs, [c for c in report.contracts if not name or c.name == name])
    else:
        tables = [modelview.table(g) + _contract(contracts.get(g.name)) for g in graphs]
        output = "\n".join(tables) + "\n" + text.engine_line(result.engines) + "\n"
    if arguments.html is not None:
        models = [modelview.data(g, lambda span: _place(span, result)) for g in graphs]
        title = f"{name or Path(path).name} – Shapewright"
        try:
            Path(arguments.html).write_text(modelview.page(models, title), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--html {arguments.html}: {error.strerror}") from error
        output = f"{arguments.html} shows {', '.join(g.name for g in graphs)}\n"
    return output, 1 if any(node.error for g in graphs for node in g.nodes) else 0


def _contract(contract: wire.Contract | None) -> str:
    """What a model takes and gives, below its table."""
    if contract is None:
        return ""
    rows = [*contract_text.lines(contract), *contract_text.costs(contract)[1:]]
    return "\nContract:\n" + "".join(f"  {row}\n" for row in rows)


def _why(name: str, result: Result) -> str:
    """Why there is no graph."""
    _, report = result.files[0]
    for target in report.targets:
        if name and target.name == name and target.reason:
            return f"{name} did not run: {target.reason}"
    known = modelview.names(report.graphs)
    if name and known:
        return f"{name} did not run; there are {', '.join(known)}"
    return report.reason or (f"{name} did not run" if name else "no model ran")


def _place(span: wire.Span, result: Result) -> dict[str, Any] | None:
    location = result.sources.location(span)
    if location is None:
        return None
    found = places.fields(location, result)
    return {"path": found["path"], "line": found["line"] - 1, "column": found["column"] - 1, "cell": found.get("cell")}
