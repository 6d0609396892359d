"""Hovers over every name of the correct models, against what the names held while the same file ran in real PyTorch."""

from __future__ import annotations

import ast
import asyncio
import json
import re
import sys
from typing import Any

import pytest
from lsprotocol import types

from corpus.score import RIGHT_EXAMPLES
from lsp.editor import ROOT, Editor
from shapewright import show, wire

pytestmark = pytest.mark.asyncio(loop_scope="module")
SHOWN = 3
"""Values that a hover lists."""


async def real_run(name: str) -> dict[str, dict[str, list[str]]]:
    """What each name held, by line."""
    command = [sys.executable, str(ROOT / "tests/corpus/shapes_truth.py"), str(ROOT / f"examples/{name}.py")]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    (found,) = json.loads(out)["files"].values()
    return found["values"]


def places(text: str) -> dict[tuple[int, str], int]:
    """The offset of each name that is bound: an assignment's target, a loop variable, a parameter."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: dict[tuple[int, str], int] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.lineno, node.id] = starts[node.lineno - 1] + node.col_offset
        elif isinstance(node, ast.arg):
            found[node.lineno, node.arg] = starts[node.lineno - 1] + node.col_offset
    return found


def written(real: str) -> str:
    """`float32[2,3]` as a hover writes it."""
    dtype, _, sizes = real.rstrip("]").partition("[")
    shape = tuple(int(size) for size in sizes.split(",") if size)
    return show.value_text(wire.Value("tensor", "Tensor", wire.TensorFact(shape, dtype)))


async def hover(editor: Editor, uri: str, offset: int) -> str:
    place = editor.position(editor.texts[uri], offset)
    answer: Any = await editor.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), place)
    )
    return answer.contents.value if answer is not None else ""


@pytest.mark.parametrize("name", RIGHT_EXAMPLES)
async def test_hovers_say_what_a_real_run_of_the_file_holds(editor: Editor, name: str) -> None:
    text = (ROOT / f"examples/{name}.py").read_text(encoding="utf-8")
    uri = editor.open(f"{name}.py", text)
    findings, truth = await asyncio.gather(editor.diagnostics(uri), real_run(name))
    assert findings == []
    offsets = places(text)
    compared = 0
    for line, names in truth.items():
        for held, values in names.items():
            said = await hover(editor, uri, offsets[int(line), held])
            listed = re.findall(rf"^{held}: (\w+\[[^\]]*\])", said, re.MULTILINE)
            expected = [written(value) for value in values]
            where = f"{name}.py:{line}: {held}"
            assert listed, f"{where}: no hover"
            assert set(listed) <= set(expected), f"{where}: {listed} is not among {expected}"
            if len(expected) <= SHOWN:
                assert set(listed) == set(expected), f"{where}: {expected} were not all shown"
            compared += 1
    assert compared >= 10
