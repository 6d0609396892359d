from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapewright import edits
from shapewright.model import Edit, Location
from shapewright.source import Range, SourceText


def source(text: str) -> dict[str, SourceText]:
    return {"a.py": SourceText("a.py", text)}


def edit(text: str, start: int, end: int, new: str) -> Edit:
    here = SourceText("a.py", text)
    return Edit(Location("a.py", Range(here.position(start), here.position(end))), new)


def test_edits_are_made_at_once_whatever_their_order() -> None:
    text = "one two three"
    made = edits.apply([edit(text, 8, 13, "3"), edit(text, 0, 3, "1"), edit(text, 4, 4, "and ")], source(text))
    assert made == {"a.py": "1 and two 3"}


def test_overlapping_edits_are_refused() -> None:
    text = "one two"
    with pytest.raises(ValueError, match="overlap"):
        edits.apply([edit(text, 0, 4, "x"), edit(text, 3, 5, "y")], source(text))


def test_an_edit_of_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        edits.apply([edit("x", 0, 1, "y")], {})


@given(
    st.text("ab\n", min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.text("xy\n", max_size=4)), max_size=3),
    st.integers(0, 29),
)
def test_text_that_no_edit_touches_is_found_where_it_went(
    text: str, spans: list[tuple[int, int, str]], at: int
) -> None:
    at = min(at, len(text) - 1)
    chosen: list[tuple[int, int, str]] = []
    last = 0
    for start, end, new in sorted((min(a, b, len(text)), min(max(a, b), len(text)), new) for a, b, new in spans):
        if start >= last and not start < at + 1 <= end and not start <= at < end:
            chosen.append((start, end, new))
            last = max(end, start + 1)
    marked = text[:at] + "!" + text[at + 1 :]
    before = source(marked)
    made = [edit(marked, *span) for span in chosen]
    after = source(edits.apply(made, before).get("a.py", marked))
    here = before["a.py"]
    location = Location("a.py", Range(here.position(at), here.position(at + 1)))
    narrow, wide = edits.moved(location, made, before, after)
    assert after["a.py"].slice(narrow.range) == "!"
    assert "!" in after["a.py"].slice(wide.range)
