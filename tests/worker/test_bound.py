"""What a statement binds has a value at the place where it is bound: that of plain PyTorch, after the statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapewright import wire
from worker.traced import traced

torch = pytest.importorskip("torch")

PRELUDE = """import contextlib
import torch

class Box:
    pass

@contextlib.contextmanager
def opened(value):
    yield value

d, box, items = {}, Box(), [None, None]
table = torch.zeros(4, 6)
"""

STATEMENTS = {
    'd["key"] = torch.zeros(2, 3)': ['d["key"]'],
    'd["sum"] = torch.zeros(3); d["sum"] += 1': ['d["sum"]'],
    "box.held = torch.zeros(4)": ["box.held"],
    "box.grown = torch.zeros(5, 1); box.grown = box.grown.T; box.grown *= 2": ["box.grown"],
    "box.left, d['right'] = torch.zeros(6), torch.zeros(7)": ["box.left", "d['right']"],
    "items[0], items[-1] = torch.zeros(8), torch.zeros(9)": ["items[0]", "items[-1]"],
    "a, (b, *rest) = torch.zeros(1), (torch.zeros(2), torch.zeros(3))": ["a", "b"],
    "first, *others = torch.zeros(3, 7)": ["first"],
    "if (walrus := torch.zeros(11)) is not None: pass": ["walrus"],
    "one = two = torch.zeros(12)": ["one", "two"],
    "total = torch.zeros(2, 1)\ntotal = total + torch.zeros(3)": ["total"],
    "for row in torch.zeros(3, 13): pass": ["row"],
    "for d['row'] in [torch.zeros(14)]: pass": ["d['row']"],
    "for i, (p, q) in enumerate([(torch.zeros(15), torch.zeros(16))]): pass": ["p", "q"],
    "with opened(torch.zeros(17)) as thing: pass": ["thing"],
    "with opened(torch.zeros(18)) as box.thing: pass": ["box.thing"],
    "annotated: torch.Tensor = torch.zeros(19)": ["annotated"],
    "d['noted']: torch.Tensor = torch.zeros(20)": ["d['noted']"],
    "table[:, 0] = 1.0": ["table[:, 0]"],
    "table[1] = torch.zeros(6, dtype=torch.float64)": ["table[1]"],
    "table[..., 2:4, None] = 0": ["table[..., 2:4, None]"],
    "match torch.zeros(21), 1:\n    case whole, 1: pass": ["whole"],
    "match torch.zeros(22):\n    case torch.Tensor() as named: pass": ["named"],
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_what_is_bound_has_its_value(tmp_path: Path, statement: str) -> None:
    text = PRELUDE + statement + "\n"
    trace = traced(tmp_path, text)
    assert not trace.failures
    real: dict[str, object] = {"__name__": "__main__"}
    exec(compile(text, "main.py", "exec"), real)
    seen = shown(text, trace)
    for target in STATEMENTS[statement]:
        tensor = eval(target, real)
        assert isinstance(tensor, torch.Tensor)
        assert seen[target][-1] == (tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")), target


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("made = [e for e in torch.zeros(2, 5)]", "e"),
        ("made = {k: t for k, t in {'a': torch.zeros(5)}.items()}", "t"),
        ("made = [0 for unused in torch.zeros(2, 5)]", "unused"),
        ("double = lambda taken: 2\nmade = double(torch.zeros(5))", "taken"),
        ("def f(given, /, *, key): pass\nmade = f(torch.zeros(5), key=torch.zeros(5))", "key"),
    ],
)
def test_what_functions_and_comprehensions_bind_has_its_value(tmp_path: Path, text: str, name: str) -> None:
    text = PRELUDE + text + "\n"
    trace = traced(tmp_path, text)
    assert not trace.failures
    assert set(shown(text, trace)[name]) == {((5,), "float32")}


@pytest.mark.parametrize(
    "text",
    [
        "i = 0\nd = [torch.zeros(1), torch.zeros(2)]\nd[i], i = torch.zeros(3), 1",  # `d[i]` is another one afterwards
        "class Own(dict):\n    def __getitem__(self, key): raise SystemExit\nd = Own(); d['k'] = torch.zeros(1)",
        "class Own:\n    x = property(lambda self: 1 / 0, lambda self, value: None)\nd = Own(); d.x, y = 1, 2",
        "d = {}\nd[print] = d[(1, 'a')] = d[None] = torch.zeros(2)\nd[frozenset([1])] = 1",
        "d = torch.zeros(3)\nd[d > 0] = 1\nd[[0, 1]] = 1\nd[torch.tensor(1)] = 2",
    ],
)
def test_nothing_of_the_program_runs_twice(tmp_path: Path, text: str) -> None:
    trace = traced(tmp_path, PRELUDE + text + "\nout = torch.zeros(23)\n")
    assert not trace.failures
    seen = shown(PRELUDE + text + "\nout = torch.zeros(23)\n", trace)
    assert seen["out"] == [((23,), "float32")]
    assert "d[i]" not in seen


def shown(text: str, trace: wire.Trace) -> dict[str, list[tuple[tuple[int, ...], str]]]:
    """The tensors at each text of the program, in their order."""
    lines, found = text.splitlines(), dict[str, list[tuple[tuple[int, ...], str]]]()
    for fact in trace.values:
        span, tensor = fact.span, fact.value.tensor
        if tensor is not None and tensor.shape is not None and span.line == span.end_line:
            held = found.setdefault(lines[span.line - 1][span.column : span.end_column], [])
            held.append((tuple(tensor.shape), tensor.dtype))
    return found
