"""Between LSP's types and ours: positions, URIs and paths, findings, edits. The only such place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlparse

from lsprotocol import types
from pygls import uris

from shapewright.lsp.programs import Part
from shapewright.model import Finding, Location, Severity
from shapewright.source import Position, Range, SourceText

SOURCE = "shapewright"

_SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}

Place = Callable[[Location], "tuple[str, types.Range] | None"]
"""Where a location is for the editor: URI and range. None where it cannot be shown."""


def path_of(uri: str) -> str:
    """The path of a file, or the URI itself of what is in no file."""
    if urlparse(uri).scheme != "file":
        return uri
    path = uris.to_fs_path(uri)
    return os.path.abspath(path) if path else uri


def uri_of(path: str) -> str:
    """The URI of a path."""
    return (uris.from_fs_path(path) or path) if os.path.isabs(path) else path


class Encoding:
    """How columns are counted: `utf-16` unless client and server agreed on `utf-8` or `utf-32`."""

    def __init__(self, name: str = "utf-16") -> None:
        self.name = name

    def position(self, source: SourceText, position: types.Position) -> Position:
        """A position of the editor."""
        if self.name == "utf-8":
            return source.from_ast(position.line + 1, position.character)
        if self.name == "utf-32":
            return Position(position.line, min(position.character, len(source.line(position.line))))
        return source.from_utf16(position.line, position.character)

    def range(self, source: SourceText, range_: types.Range) -> Range:
        """A range of the editor."""
        return Range(self.position(source, range_.start), self.position(source, range_.end))

    def to_position(self, source: SourceText, position: Position) -> types.Position:
        """A position for the editor."""
        if self.name == "utf-8":
            line, column = source.to_ast(position)
            return types.Position(line - 1, column)
        if self.name == "utf-32":
            return types.Position(position.line, position.column)
        return types.Position(*source.to_utf16(position))

    def to_range(self, source: SourceText, range_: Range) -> types.Range:
        """A range for the editor."""
        return types.Range(self.to_position(source, range_.start), self.to_position(source, range_.end))

    def changed(self, source: SourceText, changes: Iterable[types.TextDocumentContentChangeEvent]) -> SourceText:
        """The text after the changes of one notification, each made on what the one before it left."""
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangeWholeDocument):
                source = SourceText(source.path, change.text)
                continue
            range_ = self.range(source, change.range)
            start, end = source.offset(range_.start), source.offset(range_.end)
            source = SourceText(source.path, source.text[:start] + change.text + source.text[end:])
        return source


def diagnostic(
    finding: Finding, range_: types.Range, place: Place, url: str, related: bool = True, tags: bool = True
) -> types.Diagnostic:
    """A finding as the editor shows it. PyTorch's own words come behind ours."""
    places = [(place(other.location), other.message) for other in finding.related] if related else []
    return types.Diagnostic(
        range=range_,
        message=f"{finding.message}\n{finding.detail}" if finding.detail else finding.message,
        severity=_SEVERITY[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(url),
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if tags and finding.code.startswith("unused-") else None,
        related_information=[
            types.DiagnosticRelatedInformation(types.Location(*where), message) for where, message in places if where
        ]
        or None,
    )


def workspace_edit(edits: Sequence[tuple[Part, types.Range, str]], versioned: bool) -> types.WorkspaceEdit:
    """Edits of open documents. With `versioned` an editor refuses them where the text has moved on."""
    by_part: dict[str, tuple[Part, list[types.TextEdit]]] = {}
    for part, range_, text in edits:
        by_part.setdefault(part.uri, (part, []))[1].append(types.TextEdit(range_, text))
    if not versioned:
        return types.WorkspaceEdit(changes={uri: list(items) for uri, (_, items) in by_part.items()})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                # A file that is not open has no version.
                types.OptionalVersionedTextDocumentIdentifier(uri, part.version if part.version >= 0 else None),
                list(items),
            )
            for uri, (part, items) in by_part.items()
        ]
    )


def quick_fix(
    title: str, edit: types.WorkspaceEdit, diagnostics: list[types.Diagnostic], preferred: bool
) -> types.CodeAction:
    """One repair in the menu of the light bulb."""
    return types.CodeAction(
        title, types.CodeActionKind.QuickFix, diagnostics or None, is_preferred=preferred or None, edit=edit
    )


def markdown(text: str, plain: bool, range_: types.Range) -> types.Hover:
    """A hover; without Markdown where the editor knows none."""
    if plain:
        lines = [line for line in text.split("\n") if not line.startswith(("```", "| ---"))]
        lines = [line.strip("| ").replace(" | ", "  ") if line.startswith("| ") else line for line in lines]
        kind, text = types.MarkupKind.PlainText, "\n".join(lines).replace("**", "").replace("`", "")
    else:
        kind = types.MarkupKind.Markdown
    return types.Hover(types.MarkupContent(kind, text), range_)
