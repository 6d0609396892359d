import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from shapewright.lsp.convert import Encoding, path_of, uri_of, workspace_edit
from shapewright.lsp.documents import Document, Documents
from shapewright.lsp.programs import Part
from shapewright.source import Position, Range, SourceText

TEXTS = st.text(st.sampled_from("ab \n\r😀é\u2028\x0c"), max_size=30)
UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@given(TEXTS, st.integers(0, 30), st.integers(0, 30), TEXTS)
def test_an_incremental_change_is_what_the_editor_made(encoding: str, text: str, first: int, second: int, new: str):
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    source = SourceText("a.py", text)
    range_ = types.Range(*(units(source, offset, encoding) for offset in (start, end)))
    change = types.TextDocumentContentChangePartial(range_, new)
    start, end = (source.offset(source.position(offset)) for offset in (start, end))
    assert Encoding(encoding).changed(source, [change]).text == text[:start] + new + text[end:]


def units(source: SourceText, offset: int, encoding: str) -> types.Position:
    """A position counted without any code of ours but the line index."""
    place = source.position(offset)
    name, size = UNITS[encoding]
    return types.Position(place.line, len(source.line(place.line)[: place.column].encode(name)) // size)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@given(TEXTS, st.integers(0, 30))
def test_positions_go_there_and_back(encoding: str, text: str, offset: int):
    source = SourceText("a.py", text)
    place = source.position(min(offset, len(text)))
    there = Encoding(encoding).to_position(source, place)
    assert Encoding(encoding).position(source, there) == place


def test_changes_build_on_each_other_and_a_whole_text_starts_anew():
    def insert(line: int, column: int, text: str) -> types.TextDocumentContentChangePartial:
        place = types.Position(line, column)
        return types.TextDocumentContentChangePartial(types.Range(place, place), text)

    whole = types.TextDocumentContentChangeWholeDocument("x\ny")
    changes = [insert(0, 0, "lost"), whole, insert(0, 1, "1"), insert(1, 1, "2")]
    assert Encoding().changed(SourceText("a.py", "old"), changes).text == "x1\ny2"


def test_paths_and_uris():
    assert path_of("file:///project/a%20b.py") == "/project/a b.py"
    assert uri_of("/project/a b.py") == "file:///project/a%20b.py"
    assert path_of("untitled:Untitled-1") == "untitled:Untitled-1"
    assert uri_of("untitled:Untitled-1") == "untitled:Untitled-1"


def test_edits_carry_the_version_they_were_proven_for():
    part = Part("file:///a.py", 7, SourceText("/a.py", "x"))
    disk = Part("file:///b.py", -1, SourceText("/b.py", "x"))
    place = types.Range(types.Position(0, 0), types.Position(0, 1))
    edit = workspace_edit([(part, place, "y"), (disk, place, "z")], versioned=True)
    assert edit.document_changes is not None
    changes = [change for change in edit.document_changes if isinstance(change, types.TextDocumentEdit)]
    assert [change.text_document.version for change in changes] == [7, None]
    assert list(workspace_edit([(part, place, "y")], versioned=False).changes or ()) == ["file:///a.py"]


def notebook() -> Documents:
    documents = Documents()
    cells = [("c1", "python", "x = 1\n%time x"), ("c2", "sql", "select"), ("c3", "python", "y = x")]
    texts = [Document(uri, 1, language, SourceText("/n.ipynb", text)) for uri, language, text in cells]
    documents.open_notebook("/n.ipynb", "file:///n.ipynb", ["c1", "", "c2", "c3"], texts)
    return documents


def test_the_code_cells_of_a_notebook_are_one_program():
    program = notebook().program("/n.ipynb")
    assert program is not None
    assert program.source.text == "x = 1\nif 1: x\ny = x\n"
    assert [(part.uri, part.first) for part in program.parts] == [("c1", 0), ("c3", 2)]
    part, inside = program.split(Range(Position(2, 0), Position(2, 1)))
    assert (part.uri, inside.start.line) == ("c3", 0)


def test_cells_are_edited_added_and_removed():
    documents = notebook()
    documents.change("c3", 2, SourceText("/n.ipynb", "y = 2"))
    new = Document("c4", 1, "python", SourceText("/n.ipynb", "z = 3"))
    documents.splice_notebook("/n.ipynb", 4, 0, ["c4"], [new], [])
    documents.splice_notebook("/n.ipynb", 0, 1, [], [], ["c1"])
    program = documents.program("/n.ipynb")
    assert program is not None
    assert program.source.text == "y = 2\nz = 3\n"
    assert documents.find("c1") is None
    found = documents.find("c4")
    assert found is not None
    assert found[1].first == 1
    documents.close_notebook("/n.ipynb")
    assert documents.find("c4") is None
    assert documents.buffers() == {}


def test_a_closed_file_is_forgotten():
    documents = Documents()
    documents.open("/a.py", "file:///a.py", 1, "python", "x")
    assert documents.buffers() == {"/a.py": "x"}
    assert documents.close("file:///a.py") == "/a.py"
    assert documents.buffers() == {}
    assert documents.change("file:///a.py", 2, SourceText("/a.py", "y")) is None
