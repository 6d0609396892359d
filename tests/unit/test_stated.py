"""Comments behind statements and docstrings of results: what is compared, and what contradicts."""

from __future__ import annotations

import ast

import pytest

from shapewright import wire
from shapewright.annotations import dims
from shapewright.annotations.scope import File
from shapewright.source import SourceText
from shapewright.sources import Sources
from shapewright.stated import comments, compare, failures

PATH = "/w/model.py"


def said(line: str) -> str | None:
    text = f"def forward(self, x):\n    {line}\n"
    found = comments.said(File(SourceText(PATH, text), ast.parse(text)), 2)
    return f"{found.target} {dims.show(found.shape)}" if found else None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = f(x)  # (B, 64, H/2, W/2)", "x (B, 64, H/2, W/2)"),
        ("x = f(x)  # [B, T, C]", "x (B, T, C)"),
        ("x = f(x)  # B x T x C", "x (B, T, C)"),
        ("x = f(x)  # x: (B, T, C)", "x (B, T, C)"),
        ("x = f(x)  # -> (B, T, C)", "x (B, T, C)"),
        ("x = f(x)  # shape: (B, T, C).", "x (B, T, C)"),
        ("x = f(x)  # torch.Size([2, 3, 4])", "x (2, 3, 4)"),
        ("self.h = f(x)  # (B, T)  # noqa: E501", "self.h (B, T)"),
        ("x: Tensor = f(x)  # (B, T)", "x (B, T)"),
        ("return f(x)  # (B, 10)", "return (B, 10)"),
        ("x = f(x)  # [1, 2, 3]", None),
        ("x = f(x)  # (B, T, C) -> (B, C, T)", None),
        ("x = f(x)  # mask: (B, T)", None),
        ("x = f(x)  # (B, T, C) where T is the longest", None),
        ("x = f(x)  # the heads are (B, T, C)", None),
        ("x = f(x)  # (B, *, C)", None),
        ("a, b = f(x)  # (B, T)", None),
        ("return a, b  # (B, T)", None),
        ("x = f(  # (B, T)\n        x)", None),
        ("f(x)  # (B, T)", None),
    ],
)
def test_only_what_is_plainly_the_shape_of_the_target_is_read(line: str, expected: str | None) -> None:
    assert said(line) == expected


@pytest.mark.parametrize(
    ("shape", "sizes", "batched", "other"),
    [
        ("(B, T, C)", (2, 3, 4), True, False),
        ("(B, C)", (2, 3, 4), False, True),
        ("(C, H, W)", (2, 3, 4, 5), False, False),  # the batch is left out
        ("(B, T, C)", (3, 4), False, False),  # the program gives no batch
        ("(B, T, C)", (3, 4), True, True),
        ("(T, C)", (2, 3, 4, 5), False, True),
    ],
)
def test_a_batch_may_be_left_out(shape: str, sizes: tuple[int, ...], batched: bool, other: bool) -> None:
    read = dims.many(shape[1:-1])
    assert read is not None
    assert compare.has_other_rank(read, sizes, batched=batched) is other


def fact(line: int, name: str, value: wire.Value, role: str = "assignment", source: str = "script") -> wire.ValueFact:
    return wire.ValueFact(wire.Span(PATH, line, 4, line, 5), value, role, source, name)


def tensor(*shape: int) -> wire.Value:
    return wire.Value("tensor", "Tensor", wire.TensorFact(shape, "float32"))


def number(value: int) -> wire.Value:
    return wire.Value("number", "int", text=str(value))


def check(text: str, *values: wire.ValueFact) -> list[tuple[str, str, str]]:
    trace = wire.Trace(1, values, targets=(wire.TargetStatus("Net", "class", None, "checked"),))
    found = failures(trace, Sources({PATH: text}))
    return [(failure.facts["what"], failure.facts["said"], failure.facts["instead"]) for failure in found]


HEAD = "def f(x):\n"


def test_another_rank_contradicts() -> None:
    text = HEAD + "    y = g(x)  # (B, C)\n"
    assert check(text, fact(2, "y", tensor(2, 3, 4))) == [("rank", "(B, C)", "")]
    assert check(text, fact(2, "y", tensor(2, 3, 4)), fact(2, "y", tensor(2, 3))) == []
    assert check(text, fact(2, "y", tensor(2, 3, 4), source="layers")) == []


def test_a_number_contradicts_where_another_comment_shows_which_sizes_are_meant() -> None:
    text = HEAD + "    y = g(x)  # (B, 16, 32, 32)\n    z = h(y)  # (B, 16, 15, W/2)\n"
    first, second = fact(2, "y", tensor(8, 16, 32, 32)), fact(3, "z", tensor(8, 16, 16, 16))
    assert check(text, first, second) == [("number", "(B, 16, 15, W/2)", "(B, 16, 16, W/2)")]
    assert check(text, second) == []
    # Pictures of another size: all comments are off, and none of them is wrong.
    assert check(text, fact(2, "y", tensor(8, 16, 64, 64)), fact(3, "z", tensor(8, 16, 32, 32))) == []


def test_another_order_contradicts_where_the_code_names_the_sizes() -> None:
    text = HEAD + "    B, T, C = x.shape\n    y = g(x)  # (B, C, T)\n"
    names = [fact(2, name, number(size)) for name, size in (("B", 2), ("T", 3), ("C", 4))]
    assert check(text, *names, fact(3, "y", tensor(2, 3, 4))) == [("order", "(B, C, T)", "(B, T, C)")]
    assert check(text, *names, fact(3, "y", tensor(2, 4, 3))) == []
    assert check(text, *names, fact(3, "y", tensor(2, 3, 8))) == []  # a name is free to mean another size


def test_names_are_free() -> None:
    text = HEAD + "    y = g(x)  # (B, C, H, W)\n    z = h(y)  # (B, C, H, W)\n"
    assert check(text, fact(2, "y", tensor(2, 3, 8, 8)), fact(3, "z", tensor(2, 6, 4, 4))) == []


NET = '''class Net:
    def forward(self, x):
        """Run.

        Args:
            x: (B, T, C)

        Returns:
            SAID
        """
        return x
'''


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(B, T, C)", []),
        ("(B, N, K)", []),
        ("(B, C)", [("rank", "(B, C)", "")]),
        ("(B, C, T)", [("order", "(B, C, T)", "(B, T, C)")]),
        ("(B, C) if the sequence is pooled, else (B, T, C)", []),
        ("the features", []),
    ],
)
def test_docstrings_of_results(text: str, expected: list[tuple[str, str, str]]) -> None:
    given = wire.ValueFact(wire.Span(PATH, 2, 22, 2, 23), tensor(2, 3, 4), "parameter", "script", "x")
    result = wire.ValueFact(wire.Span(PATH, 11, 15, 11, 16), tensor(2, 3, 4), "return", "script", "forward")
    assert check(NET.replace("SAID", text), given, result) == expected


def test_nothing_is_said_of_a_run_with_a_mistake() -> None:
    text = HEAD + "    y = g(x)  # (B, C)\n"
    value = fact(2, "y", tensor(2, 3, 4))
    mistake = wire.Failure("torch.mm", value.span, "RuntimeError", "")
    assert list(failures(wire.Trace(1, (value,), (mistake,)), Sources({PATH: text}))) == []
