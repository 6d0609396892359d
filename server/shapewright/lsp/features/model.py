"""The requests behind the panel of a model: `shapewright/model` for the graphs of a program, `shapewright/modelPage`
for the page that draws them."""

from __future__ import annotations

import ast
from typing import Any

from shapewright import modelview, wire
from shapewright.lsp.convert import path_of, uri_of
from shapewright.lsp.programs import Program
from shapewright.lsp.results import is_cancelled
from shapewright.lsp.window import Window
from shapewright.model import Report
from shapewright.sources import Sources

MODEL = "shapewright/model"
PAGE = "shapewright/modelPage"
_AGAIN = 4
"""Times that a run is begun anew which an edit ended: what is asked for is the model of the text as it is then."""


def register(window: Window) -> None:
    """The requests. Their parameters are `{uri, line?, name?}` and `{nonce}`; `line` is the cursor's."""

    @window.feature(MODEL)
    async def model(params: Any) -> dict[str, Any]:
        uri, line, name = str(params.uri), getattr(params, "line", None), getattr(params, "name", None)
        found = window.session.documents.find(uri)
        if found is None:
            return {"models": [], "problem": "The file is not open."}
        program, part = found
        wanted = name or (_class_at(program, int(line) + part.first) if line is not None else "") or ""
        sources = Sources(window.session.documents.buffers())
        report = await window.session.graphs(program.path)
        for _ in range(_AGAIN):
            if report is not None and is_cancelled(report):
                report = await window.session.graphs(program.path)
        if report is None:
            return {"models": [], "problem": "Nothing runs until the workspace is trusted."}

        def place(span: wire.Span) -> dict[str, Any] | None:
            return _place(window, sources, span)

        graphs = list(report.graphs)
        chosen = modelview.choose(graphs, wanted) if wanted else None
        if chosen is not None and chosen not in graphs:
            graphs.insert(0, chosen)
        return {
            "models": [modelview.data(graph, place) for graph in graphs],
            "name": chosen.name if chosen is not None else graphs[0].name if graphs else "",
            "problem": _problem(report, wanted, chosen is not None),
        }

    @window.feature(PAGE)
    def page(params: Any) -> str:
        return modelview.page([], "Model", str(params.nonce))

    del model, page


def _class_at(program: Program, line: int) -> str:
    """The innermost class around a line of a program (from 0), empty where there is none or the text does not parse."""
    try:
        body: list[ast.stmt] = ast.parse(program.source.text).body
    except (SyntaxError, ValueError, RecursionError):
        return ""
    name: list[str] = []
    while True:
        inner = next((n for n in body if n.lineno <= line + 1 <= (n.end_lineno or n.lineno)), None)
        if isinstance(inner, ast.ClassDef):
            name.append(inner.name)
        elif not isinstance(inner, (ast.If, ast.Try)):
            return ".".join(name)
        body = inner.body


def _problem(report: Report, wanted: str, found: bool) -> str:
    """Why what was asked for is not there."""
    if found or (not wanted and report.graphs):
        return ""
    status = next((t for t in report.targets if t.name == wanted), None)
    if status is not None and status.reason:
        return f"{wanted} did not run: {status.reason}"
    if not report.graphs:
        return report.reason or "No model runs in this file."
    return ""


def _place(window: Window, sources: Sources, span: wire.Span) -> dict[str, Any] | None:
    location = sources.location(span)
    if location is None:
        return None
    shown = window.place(location)
    source = sources.get(location.path)
    if shown is None and source is not None:
        shown = uri_of(location.path), window.encoding.to_range(source, location.range)
    if shown is None:
        return None
    uri, range_ = shown
    return {
        "uri": uri,
        "path": path_of(uri).replace("\\", "/").rpartition("/")[2],
        "line": range_.start.line,
        "column": range_.start.character,
        "endLine": range_.end.line,
        "endColumn": range_.end.character,
    }
