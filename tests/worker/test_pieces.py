"""A file that was edited piece by piece is what it would be if it were compiled anew: the same values at the same
places, and the same lines in the code."""

from __future__ import annotations

import builtins
import dataclasses
import sys
from types import CodeType
from typing import Any

from shapewright.worker.instrument.pieces import Pieces

BEFORE = '''import math


def area(r):
    """Of a circle."""
    side = math.pi * r
    return side * r


class Shape:
    scale = 2

    @property
    def size(self):
        return [area(i) * self.scale for i in range(2)]


for i in range(2):
    total = area(i) if i else 0
total = area(1)
total = area(1)
assert total
s = Shape(); size = s.size
'''
EDITS = (
    ("import math\n", "import math\n\n\nextra = (\n    1,\n    2,\n)\n"),  # everything below moves
    ("    side = math.pi * r\n", "    side =   math.pi * (r + 1)\n"),
    ("total = area(1)\ntotal = area(1)\n", "total = area(1)\n"),  # of two equal statements one goes
    ("    scale = 2\n", "    # why\n\n    scale = 3\n"),
    ("s = Shape(); size = s.size\n", "ß = Shape(); size = ß.size; size = ß.size\n"),
    ("for i in range(2):\n", "for  i in range(3):\n"),
    ("extra = (\n    1,\n    2,\n)\n", ""),  # everything below moves back
)


def _ran(codes: list[CodeType], table: Any) -> list[Any]:
    """What the hooks are told while the code runs, and from which line."""
    told: list[Any] = []

    def value(number: int, held: Any) -> Any:
        shown = held if isinstance(held, (int, float, list)) else type(held).__name__
        told.append((dataclasses.astuple(table.sites[number]), shown, sys._getframe(1).f_lineno))
        return held

    def test(number: int, held: Any, mode: int) -> Any:
        told.append(("test", table.sites[number].where))
        return held

    def failed(index: int) -> Any:
        raise AssertionError(table.statements[index]) from sys.exc_info()[1]

    hooks = {"__sw_v__": value, "__sw_test__": test, "__sw_err__": failed, "__sw_Exc__": Exception}
    hooks["__sw_iter__"] = lambda number, items, pattern, cuts: (told.append(table.sites[number].where), items)[1]
    hooks["__sw_filled__"] = lambda first, last, held: held
    hooks |= {"__sw_unpack__": lambda held, pattern: held, "__sw_range__": range, "__sw_type__": type}
    names = {"__builtins__": {**vars(builtins), **hooks}, "__name__": "pieces"}
    for code in codes:
        exec(code, names)
    return told


def _positions(code: CodeType) -> list[Any]:
    inner = [p for c in code.co_consts if isinstance(c, CodeType) for p in _positions(c)]
    own = list(code.co_positions()) if sys.version_info >= (3, 11) else list(code.co_lines())
    # The first instruction of a statement that stands in no function has no line.
    return [code.co_name, own[1:] if code.co_name == "<module>" else (code.co_firstlineno, own), *inner]


def test_edits_of_a_file() -> None:
    kept, text = Pieces("p.py"), BEFORE
    kept.build(text)
    for old, new in EDITS:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
        codes, table = kept.build(text)
        fresh_codes, fresh = Pieces("p.py").build(text)
        assert _ran(codes, table) == _ran(fresh_codes, fresh)
        assert [_positions(c) for c in codes] == [_positions(c) for c in fresh_codes]
        assert (table.calls, table.on_line, table.raises) == (fresh.calls, fresh.on_line, fresh.raises)
        assert table.asserts == fresh.asserts and len(table.asserts) == 1


def test_what_did_not_change_is_not_compiled_again() -> None:
    kept = Pieces("p.py")
    before, _ = kept.build(BEFORE)
    after, _ = kept.build(BEFORE.replace("return side * r", "return side + r"))
    assert [a is b for a, b in zip(before, after, strict=True)] == [True, False, *[True] * (len(before) - 2)]


def test_numbers_do_not_grow_for_ever() -> None:
    kept = Pieces("p.py")
    sizes = [len(kept.build(BEFORE.replace("pi * r", f"pi * r * {n}"))[1].sites) for n in range(400)]
    assert max(sizes) < 5 * sizes[0] + 2000
