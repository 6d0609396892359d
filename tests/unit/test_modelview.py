from __future__ import annotations

import json
import re

from shapewright import modelview, wire

SPAN = wire.Span("net.py", 3, 4, 3, 20)


def tensor(*shape: int | None) -> wire.Value:
    return wire.Value("tensor", "Tensor", wire.TensorFact(shape, "float32"))


def graph(**changes: str) -> wire.ModelGraph:
    """Net(x) = head(block(x)), where block is inner(x) + x."""
    nodes = (
        wire.GraphNode("layer", "", "Net", output=tensor(2, 5), parameters=1_234_567, flops=2_000_000, memory=999),
        wire.GraphNode("input", "x", parent=0, output=tensor(2, 4)),
        wire.GraphNode("layer", "block", "Block", 0, output=tensor(2, 4), parameters=20),
        wire.GraphNode("layer", "block.inner", "Linear", 2, True, tensor(2, 4), 20, 64, 32, SPAN, SPAN),
        wire.GraphNode("operation", "+", "add", 2, output=tensor(2, 4)),
        wire.GraphNode("layer", "head", "Linear", 0, True, tensor(2, 5), error=changes.get("error", "")),
        wire.GraphNode("output", "output", parent=0, output=tensor(2, 5)),
    )
    edges = [(1, 3), (1, 4), (3, 4), (4, 5), (5, 6)]
    made = tuple(wire.GraphEdge(a, b, tensor(2, 4), b == 5 and "error" in changes) for a, b in edges)
    return wire.ModelGraph("Net", nodes, made, "docstring")


def test_a_table_has_a_line_for_each_layer_and_the_sums():
    assert (
        modelview.table(graph())
        == """\
Layer                Output     Parameters   FLOPs
──────────────────────────────────────────────────
Net                  f32[2, 5]   1,234,567  2.00 M
├─ block: Block      f32[2, 4]          20       –
│  └─ inner: Linear  f32[2, 4]          20      64
└─ head: Linear      f32[2, 5]           –       –
──────────────────────────────────────────────────
Input: x f32[2, 4] (from: docstring)
Parameters: 1,234,567 (4.94 MB in float32)
FLOPs of one forward: 2.00 M (a multiplication with its addition is two)
Memory of activations: 999 B
"""
    )


def test_an_operation_that_fails_is_in_the_table():
    table = modelview.table(graph(error="mat1 and mat2 shapes cannot be multiplied"))
    assert "└─ head: Linear ✗" in table
    assert table.endswith("✗ head: mat1 and mat2 shapes cannot be multiplied\n")


def test_a_layer_can_be_shown_as_a_model():
    part = modelview.choose([graph()], "Block")
    assert part is not None and part.name == "Block"
    assert [(n.kind, n.name, n.parent) for n in part.nodes] == [
        ("layer", "Block", -1), ("layer", "inner", 0), ("operation", "+", 0), ("input", "input 1", 0),
        ("output", "output", 0),
    ]  # fmt: skip
    assert {(e.source, e.target) for e in part.edges} == {(3, 1), (3, 2), (1, 2), (2, 4)}
    assert modelview.choose([graph()], "Nothing") is None
    assert modelview.names([graph()]) == ("Net", "Block")


def test_a_page_holds_everything_and_nothing_in_it_ends_its_data():
    data = modelview.data(graph(error="</script><b>%SCRIPT%"), lambda span: {"path": span.path, "line": span.line - 1})
    page = modelview.page([data], "a < b", nonce="abc")
    assert "<title>a &lt; b</title>" in page
    assert re.findall(r"https?://[^\s\"']+", page.replace("http://www.w3.org/2000/svg", "")) == []
    assert page.count("</script>") == 2
    found = re.search(r'<script id="data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None and json.loads(found[1]) == {"models": [data]}
    assert "script-src 'nonce-abc'" in page and "%" + "STYLE%" not in page
    inner = data["nodes"][3]
    assert (inner["shape"], inner["declared"]) == ("f32[2, 4]", {"path": "net.py", "line": 2})
