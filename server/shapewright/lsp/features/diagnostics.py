"""Findings as pushed diagnostics. Never pulled as well: an editor would show each twice."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from shapewright import rules
from shapewright.lsp import convert
from shapewright.lsp.programs import Program
from shapewright.lsp.window import Window
from shapewright.model import Finding


def publish(window: Window, path: str, program: Program | None, findings: Iterable[Finding]) -> None:
    """Show the findings of a file, and no others. Those of a notebook go to their cells."""
    by_uri: dict[str, list[types.Diagnostic]] = {}
    versions: dict[str, int | None] = {}
    if program is None:
        by_uri[convert.uri_of(path)] = []
    for part in program.parts if program else ():
        by_uri[part.uri] = []
        versions[part.uri] = part.version
    for finding in findings:
        place = window.place(finding.location)
        if place is not None:
            uri, range_ = place
            by_uri.setdefault(uri, []).append(of(window, finding, range_))
    for uri, diagnostics in by_uri.items():
        window.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, diagnostics, version=versions.get(uri))
        )


def of(window: Window, finding: Finding, range_: types.Range) -> types.Diagnostic:
    """One finding as a diagnostic, with as much as the editor can show."""
    document = window.client_capabilities.text_document
    known = document.publish_diagnostics if document else None
    return convert.diagnostic(
        finding,
        range_,
        window.place,
        rules.url(finding.code),
        related=bool(known and known.related_information),
        tags=bool(known and known.tag_support),
    )
