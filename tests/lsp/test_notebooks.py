"""Notebooks over stdio: their code cells are one program, and everything stands in its cell."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from lsprotocol import types

from lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")
MARKUP, CODE = types.NotebookCellKind.Markup, types.NotebookCellKind.Code


class Book:
    """An open notebook. Cells are named by a letter."""

    def __init__(self, editor: Editor, name: str, **cells: str) -> None:
        self.editor = editor
        self.uri = editor.uri(name)
        self.version = 1
        self.versions: dict[str, int] = {}
        self.order = list(cells)
        editor.client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                types.NotebookDocument(self.uri, "jupyter-notebook", 1, [self.cell(letter) for letter in cells]),
                [self.item(letter, text) for letter, text in cells.items()],
            )
        )

    def of(self, letter: str) -> str:
        return f"vscode-notebook-cell:{self.uri[7:]}#{letter}"

    def cell(self, letter: str) -> types.NotebookCell:
        return types.NotebookCell(MARKUP if letter == "m" else CODE, self.of(letter))

    def item(self, letter: str, text: str) -> types.TextDocumentItem:
        uri = self.of(letter)
        self.editor.texts[uri], self.editor.versions[uri] = text, 1
        return types.TextDocumentItem(uri, "markdown" if letter == "m" else "python", 1, text)

    def _changed(self, cells: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        self.editor.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(self.version, self.uri),
                types.NotebookDocumentChangeEvent(cells=cells),
            )
        )

    def type(self, letter: str, text: str) -> None:
        uri = self.of(letter)
        self.editor.texts[uri] = text
        self.editor.versions[uri] += 1
        self._changed(
            types.NotebookDocumentCellChanges(
                text_content=[
                    types.NotebookDocumentCellContentChanges(
                        types.VersionedTextDocumentIdentifier(self.editor.versions[uri], uri),
                        [types.TextDocumentContentChangeWholeDocument(text)],
                    )
                ]
            )
        )

    def splice(self, start: int, deleted: int, closed: Sequence[str] = (), **added: str) -> None:
        array = types.NotebookCellArrayChange(start, deleted, [self.cell(letter) for letter in added])
        opened = [self.item(letter, text) for letter, text in added.items() if letter not in self.order]
        self.order += [letter for letter in added if letter not in self.order]
        self._changed(
            types.NotebookDocumentCellChanges(
                structure=types.NotebookDocumentCellChangeStructure(
                    array, opened, [types.TextDocumentIdentifier(self.of(letter)) for letter in closed]
                )
            )
        )

    async def shows(self, letter: str, text: str) -> types.Diagnostic:
        """Wait until a cell has a finding that says `text`."""
        found = self.editor.client.diagnostics
        return await self.editor.until(
            lambda: next((d for d in found.get(self.of(letter), ()) if text in str(d.message)), None)
        )

    async def quiet(self, *letters: str) -> None:
        found = self.editor.client.diagnostics
        await self.editor.until(lambda: all(not found.get(self.of(letter)) for letter in letters) or None)


SETUP = "import torch\n%matplotlib inline\nlayer = torch.nn.Linear(10, 1)"


async def test_hints_hovers_findings_and_fixes_stand_in_their_cell(editor: Editor):
    book = Book(editor, "all.ipynb", a=SETUP, m="# Prose", b="x = torch.randn(4, 8)\ny = 1", c="\nlayer(x)")
    found = await book.shows("c", "in_features=10")
    assert editor.text_at(book.of("c"), found.range) == "layer(x)"
    assert {r.location.uri for r in found.related_information or ()} == {book.of("a"), book.of("b")}
    await book.quiet("a", "b")
    assert await editor.hints(book.of("b")) == {(0, 1): ": f32[4, 8]"}
    assert "x: f32[4, 8]" in await editor.hover(book.of("c"), "layer(x)", len("layer("))
    assert "Linear(in_features=10" in await editor.hover(book.of("a"), "layer = ")
    actions = await editor.actions(book.of("c"), found)
    edits = {c.text_document.uri: c.edits for a in actions[:1] for c in a.edit.document_changes}
    assert len(edits) == 1
    ((uri, (edit,)),) = edits.items()
    line = editor.texts[uri].split("\n")[edit.range.start.line]
    fixed = line[: edit.range.start.character] + edit.new_text + line[edit.range.end.character :]
    book.type(uri[-1], editor.texts[uri].replace(line, fixed))
    await book.quiet("a", "b", "c")


async def test_cells_come_go_and_move(editor: Editor):
    book = Book(editor, "moves.ipynb", a=SETUP, b="x = torch.randn(4, 10)", c="layer(x)")
    await book.quiet("c")
    book.splice(2, 0, d="x = torch.randn(4, 7)")  # in front of the last one
    await book.shows("c", "but the input has 7")
    book.splice(2, 1, closed=["d"])
    await book.quiet("c")
    book.splice(3, 0, e="layer(torch.ones(3))\n")
    await book.shows("e", "but the input has 3")
    book.type("b", "x = torch.randn(4, 9)")
    await book.shows("c", "but the input has 9")
    # The first cell is the last one now: what it makes is not there yet.
    book.splice(0, 1)
    book.splice(3, 0, a=SETUP)
    await book.quiet("c", "e")


async def test_a_cell_in_which_somebody_types_leaves_the_others_alone(editor: Editor):
    book = Book(editor, "types.ipynb", a=SETUP, b="x = torch.randn(4, 8)", c="layer(x)", d="z = torch.ones(2)")
    await book.shows("c", "but the input has 8")
    book.type("d", "z = torch.ones(2\nfor")
    await editor.until(lambda: any(p.uri == book.of("d") and p.version == 2 for p in editor.published) or None)
    await book.shows("c", "but the input has 8")
    assert "x: f32[4, 8]" in await editor.hover(book.of("b"), "x = ")


async def test_closing_takes_the_findings_away(editor: Editor):
    book = Book(editor, "closes.ipynb", a=SETUP, b="layer(torch.ones(4))")
    await book.shows("b", "but the input has 4")
    editor.client.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(book.uri),
            [types.TextDocumentIdentifier(book.of("a")), types.TextDocumentIdentifier(book.of("b"))],
        )
    )
    await book.quiet("a", "b")


async def test_the_model_of_a_notebook(editor: Editor):
    net = "class Net(torch.nn.Module):\n    def forward(self, x):\n        return layer(x)"
    book = Book(editor, "model.ipynb", a=SETUP, b=net, c="Net()(torch.ones(2, 10))")
    await book.quiet("c")
    params = {"uri": book.of("b"), "line": 1}
    answer = await editor.client.protocol.send_request_async("shapewright/model", params)
    (graph,) = answer.models
    call = next(node.call for node in graph.nodes if node.type == "Linear")
    assert (call.uri, call.line) == (book.of("b"), 2)
