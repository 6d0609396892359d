from hypothesis import given
from hypothesis import strategies as st

from shapewright.lsp.shift import line_map
from shapewright.source import Position, Range, SourceText


def text(*lines: str) -> SourceText:
    return SourceText("a.py", "\n".join(lines))


def lines(first: int, last: int) -> Range:
    return Range(Position(first, 0), Position(last, 1))


def test_lines_below_an_insertion_move():
    table = line_map(text("a", "b", "c"), text("a", "x", "y", "b", "c"))
    assert table.new == (0, 3, 4)
    assert table.old == (0, None, None, 1, 2)
    assert table.forward(lines(1, 2)) == lines(3, 4)
    assert table.backward(lines(3, 4)) == lines(1, 2)


def test_a_touched_line_is_nowhere():
    table = line_map(text("a", "b", "c"), text("a", "bb", "c"))
    assert table.forward(lines(1, 1)) is None
    assert table.forward(lines(0, 2)) is None
    assert table.forward(lines(2, 2)) == lines(2, 2)


def test_lines_that_came_apart_are_not_one_place():
    assert line_map(text("a", "b"), text("a", "x", "b")).forward(lines(0, 1)) is None


def test_several_edits_leave_what_is_between():
    table = line_map(text("a", "b", "c", "d", "e"), text("a1", "b", "c", "x", "d", "e1"))
    assert table.new == (None, 1, 2, 4, None)


def test_a_range_behind_the_end_is_nowhere():
    assert line_map(text("a"), text("a")).forward(lines(5, 5)) is None


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_a_line_is_only_mapped_to_an_equal_one_and_order_is_kept(old: list[str], new: list[str]):
    before, after = text(*old), text(*new)
    table = line_map(before, after)
    pairs = [(index, line) for index, line in enumerate(table.new) if line is not None]
    assert all(before.lines[a] == after.lines[b] and table.old[b] == a for a, b in pairs)
    assert [b for _, b in pairs] == sorted({b for _, b in pairs})
    assert len(table.new) == len(before.lines)
    assert len(table.old) == len(after.lines)
