from __future__ import annotations

from shapewright import suppress
from shapewright.model import Finding, Location, Severity
from shapewright.source import Position, Range, SourceText

CODES = ("conv-channels", "dtype", "unused-suppression")


def finding(code: str, line: int, end_line: int | None = None) -> Finding:
    span = Range(Position(line, 0), Position(line if end_line is None else end_line, 5))
    return Finding(code, Severity.ERROR, "m", Location("a.py", span))


def hidden(text: str, *findings: Finding) -> list[tuple[str, int]]:
    _, out = suppress.split(findings, {"a.py": SourceText("a.py", text)})
    return [(f.code, f.location.range.start.line) for f in out]


def test_a_comment_behind_a_line_hides_its_codes_there() -> None:
    text = "a = 1  # shapewright: ignore[dtype, conv-channels]\nb = 2\n"
    assert hidden(text, finding("dtype", 0), finding("conv-channels", 0), finding("dtype", 1)) == [
        ("dtype", 0),
        ("conv-channels", 0),
    ]
    assert hidden("a = 1  # shapewright: ignore[dtype]\n", finding("conv-channels", 0)) == []


def test_without_brackets_every_code_is_meant() -> None:
    assert hidden("a = 1  # shapewright: ignore\n", finding("dtype", 0)) == [("dtype", 0)]


def test_a_comment_alone_on_a_line_is_for_the_next_line_of_code() -> None:
    text = "# shapewright: ignore[dtype]\n\n# why\na = 1\nb = 2\n"
    assert hidden(text, finding("dtype", 3), finding("dtype", 4)) == [("dtype", 3)]


def test_a_comment_at_any_line_of_the_finding_counts() -> None:
    text = "f(\n  a,\n)  # shapewright: ignore[dtype]\n"
    assert hidden(text, finding("dtype", 0, 2)) == [("dtype", 0)]


def test_ignore_file_hides_everywhere() -> None:
    text = "import torch\n# shapewright: ignore-file[dtype]\na = 1\n"
    assert hidden(text, finding("dtype", 0), finding("dtype", 2), finding("conv-channels", 2)) == [
        ("dtype", 0),
        ("dtype", 2),
    ]


def test_a_string_is_no_comment() -> None:
    assert hidden("a = '# shapewright: ignore'\n", finding("dtype", 0)) == []


def test_an_unused_comment_is_a_hint_and_a_used_one_is_none() -> None:
    text = "a = 1  # shapewright: ignore[dtype]\nb = 2  # shapewright: ignore[dtype]\n"
    source = SourceText("a.py", text)
    hints = suppress.unused(source, [finding("dtype", 0)], CODES)
    assert [(h.severity, source.slice(h.location.range)) for h in hints] == [
        (Severity.HINT, "# shapewright: ignore[dtype]")
    ]
    assert hints[0].location.range.start == Position(1, 7)


def test_an_unknown_code_is_named_with_the_nearest_one() -> None:
    hints = suppress.unused(SourceText("a.py", "a = 1  # shapewright: ignore[dtyp]\n"), [], CODES)
    assert [h.message for h in hints] == ["there is no rule 'dtyp'; did you mean 'dtype'?"]
