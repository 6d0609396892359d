from __future__ import annotations

import pytest

from shapewright import edits, suppress
from shapewright.model import Finding, Location, Severity
from shapewright.source import Position, Range, SourceText
from shapewright.sources import Sources

CODES = ("conv-channels", "dtype", "unused-suppression", "unknown-suppression")


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


def test_an_unknown_code_is_named_with_the_nearest_one_and_with_its_repair() -> None:
    text = "a = 1  # shapewright: ignore[dtyp, conv-channels]\n"
    (found,) = suppress.unknown(SourceText("a.py", text), CODES)
    assert (found.severity, found.message) == (Severity.WARNING, "there is no rule 'dtyp'; did you mean 'dtype'?")
    assert repaired(text, found) == "a = 1  # shapewright: ignore[dtype, conv-channels]\n"


def repaired(text: str, found: Finding) -> str:
    (fix,) = found.fixes
    return edits.apply(fix.edits, Sources({"a.py": text}))["a.py"]


def unused(text: str, *hidden: Finding) -> list[tuple[str, str]]:
    hints = suppress.unused(SourceText("a.py", text), hidden, CODES, lambda code: code != "conv-channels")
    return [(hint.message, repaired(text, hint)) for hint in hints]


def test_what_is_unused_goes_with_its_space_or_its_line_and_one_code_out_of_several() -> None:
    assert unused("a = 1  # shapewright: ignore[dtype]\n") == [
        ("nothing is hidden by this comment: no dtype here; remove it", "a = 1\n")
    ]
    assert unused("# shapewright: ignore\na = 1\n") == [("nothing is hidden by this comment; remove it", "a = 1\n")]
    assert unused("a = 1  # shapewright: ignore[dtype]  # why\n")[0][1] == "a = 1    # why\n"
    text = "a = 1  # shapewright: ignore[dtype, index]\n"
    hints = suppress.unused(SourceText("a.py", text), [finding("dtype", 0)], (*CODES, "index"))
    assert [repaired(text, hint) for hint in hints] == ["a = 1  # shapewright: ignore[dtype]\n"]


def test_of_a_rule_that_is_turned_off_nobody_knows_what_is_unused() -> None:
    assert unused("a = 1  # shapewright: ignore[conv-channels]\n") == []


def test_the_hint_itself_can_be_hidden_by_name_only() -> None:
    assert unused("a = 1  # shapewright: ignore[dtype, unused-suppression]\n") == []
    assert len(unused("a = 1  # shapewright: ignore[dtype]\n# shapewright: ignore-file\n")) == 2


@pytest.mark.parametrize(
    "comment",
    [
        "#shapewright:ignore[dtype]",
        "#   shapewright:   ignore  [  dtype  ,  ]",
        "# fmt: skip  # shapewright: ignore[dtype]",
        "# shapewright: ignore[conv-channels]  # shapewright: ignore[dtype]",
        "# shapewright: ignore[dtype",
        "# shapewright: ignore[dtype] because of this",
    ],
)
def test_odd_forms_of_a_comment(comment: str) -> None:
    assert hidden(f"a = 1  {comment}\n", finding("dtype", 0)) == [("dtype", 0)]
    assert hidden(f"a = 1  {comment}\n", finding("index", 0)) == []


@pytest.mark.parametrize(
    "line",
    [
        "a = 1  # shapewright: ignore[]",
        "a = 1  # shapewright: ignore[ , ]",
        "a = 1  # shapewright: ignored",
        "a = 1  # shapewright: ignore-files[dtype]",
        "a = 1  # see shapewright: ignore[dtype]",
        "a = f('# shapewright: ignore')",
        '"""\n# shapewright: ignore-file\n"""',
    ],
)
def test_what_hides_nothing(line: str) -> None:
    assert hidden(f"{line}\n", finding("dtype", 0), finding("dtype", 1)) == []


def test_empty_brackets_are_told_of() -> None:
    assert unused("a = 1  # shapewright: ignore[]\n")[0][0].startswith("nothing is hidden by this comment with empty")


def test_a_comment_before_or_behind_a_statement_is_for_all_of_its_lines_and_one_within_for_its_own() -> None:
    inner = [finding("dtype", 1), finding("dtype", 2)]
    assert hidden("f(\n  a,\n  b,\n)  # shapewright: ignore[dtype]\n", *inner) == [("dtype", 1), ("dtype", 2)]
    assert hidden("f(\n  a,  # shapewright: ignore[dtype]\n  b,\n)\n", *inner) == [("dtype", 1)]
    above = "# shapewright: ignore[dtype]\nf(\n  a,\n  b,\n)\nc = 1\n"
    assert hidden(above, finding("dtype", 2), finding("dtype", 5)) == [("dtype", 2)]
    loop = "for a in b:  # shapewright: ignore[dtype]\n  f(a)\n"
    assert hidden(loop, finding("dtype", 0), finding("dtype", 1)) == [("dtype", 0)]


def test_a_text_that_is_half_typed_keeps_the_comments_before() -> None:
    assert hidden('a = 1  # shapewright: ignore[dtype]\nf(\n  """\n', finding("dtype", 0)) == [("dtype", 0)]
