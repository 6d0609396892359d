"""Whatever the text, there is an answer; and what is printed is read as the same."""

from __future__ import annotations

import ast
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from annotated import PATH
from shapewright.annotations import declared_targets, dims
from shapewright.annotations.docsections import entries
from shapewright.annotations.grammar import parse, parse_comment
from shapewright.annotations.tex import plain
from shapewright.annotations.typed import parse_input
from shapewright.source import SourceText
from shapewright.wire import Dim

NAMES = st.text(string.ascii_letters + "_", min_size=1, max_size=8).filter(
    lambda name: (found := dims.one(name)) is not None and found.kind == "sym"
)
SIMPLE = st.one_of(
    st.builds(lambda n: Dim("int", value=n), st.integers(0, 10**6)),
    st.builds(lambda name: Dim("sym", name), NAMES),
    st.builds(
        lambda a, op, b: Dim("expr", f"{a}{op}{b}"), NAMES, st.sampled_from(["+", "-", "*", "/", "//", " * "]), NAMES
    ).filter(lambda dim: (found := dims.one(dim.text)) is not None and found.kind == "expr"),
)
DIMS = st.one_of(
    SIMPLE,
    st.just(Dim("any")),
    st.just(Dim("ellipsis")),
    st.builds(lambda name: Dim("variadic", name), NAMES),
    st.builds(lambda dim: Dim(dim.kind, dim.text, dim.value, optional=True), SIMPLE),
    st.builds(lambda name: Dim("sym", name, broadcast=True), NAMES),
    st.builds(lambda name, n: Dim("int", name, n), NAMES, st.integers(0, 999)),
)
# Text with what shapes are made of, so that it goes deep.
PIECES = st.sampled_from(
    [
        *"()[]{},:;.×*/^_#`$|\\'\"\n-xB3é𝔸（，→",
        *("->", "``", "\\text{", "\\frac{", "Args:", "Returns:", "Shape:", "Input:", ":param x:", "C_in", "-1", "0.5"),
        *("...", "of shape", "or", "optional", "Tensor", "LongTensor", "list", "tuple", "dict", ">>>", "float32"),
        *("Parameters", "----------", "# shapewright:", ":math:`", "x: ", " x "),
    ]
)
MANY = st.lists(PIECES, max_size=30)
TEXTS = st.one_of(st.text(max_size=80), MANY.map(" ".join), MANY.map("".join))


@given(st.lists(DIMS, max_size=6).map(tuple))
@settings(max_examples=200, deadline=None)
def test_a_printed_shape_is_read_as_the_same(shape: tuple[Dim, ...]) -> None:
    assert dims.many(dims.show(shape)[1:-1]) == shape


@given(st.lists(DIMS, min_size=1, max_size=6).map(tuple))
@settings(max_examples=100, deadline=None)
def test_a_printed_shape_is_found_in_a_sentence(shape: tuple[Dim, ...]) -> None:
    assert parse(f"features of shape {dims.show(shape)} as given").alternatives == (shape,)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_has_an_answer_and_reading_it_again_changes_nothing(text: str) -> None:
    for found in (parse(text), parse_comment("# " + text)):
        for shape in (*found.alternatives, *(s for stage in found.stages for s in stage)):
            assert dims.many(dims.show(shape)[1:-1]) == shape
    assert len(plain(text)) == len(text)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_the_pieces_of_a_docstring_lie_in_it(text: str) -> None:
    for entry in entries(text, ("x", "B")):
        for start, end in entry.pieces:
            assert 0 <= start <= len(text)
            assert end <= len(text)


@given(TEXTS, TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_file_has_an_answer(docstring: str, comment: str, annotation: str) -> None:
    line = "".join(comment.splitlines())
    code = (
        f"class Net(nn.Module):  # {line}\n    {docstring!r}\n"
        f"    def forward(self, x: {annotation!r}, y=None):  # {line}\n        {docstring!r}\n"
        f"        # x: {line}\n        # {line}\n        B, C = x.shape\n        return x  # {line}\n"
    )
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return
    for target in declared_targets(SourceText(PATH, code), tree):
        for found in (*target.inputs, *target.returns):
            assert found.span is None or 1 <= found.span.line <= found.span.end_line


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_an_input_is_read_or_refused_with_a_reason(text: str) -> None:
    try:
        parse_input(text)
    except ValueError as error:
        assert str(error)


def test_deep_code_has_an_answer() -> None:
    deep = "+".join(["1"] * 400)
    code = (
        f"class Net(nn.Module):\n    def forward(self, x: {'Optional[' * 60}Tensor{']' * 60}):\n"
        f"        assert x.shape[{deep}] == {deep}\n        y = rearrange(x, 'b -> b', b={deep})\n"
        f"Net()(torch.zeros({deep}, a{'.b' * 200}))\n"
    )
    assert declared_targets(SourceText(PATH, code), ast.parse(code))
