from __future__ import annotations

import ast

import pytest

from annotated import PATH, said, shown, targets
from shapewright.annotations import evidence, parse_input
from shapewright.source import SourceText


def test_a_target_for_each_class_with_a_forward_and_each_function_with_a_written_shape() -> None:
    code = '''
    class Outer(nn.Module):
        class Inner(nn.Module):
            def forward(self, x):
                return x

        def forward(self, x):
            return x

    class Head(nn.Module):
        def __call__(self, x):
            return x

    class Config:
        size = 3

    def loss(prediction, target):
        """
        Args:
            prediction: (B, C)
        """

    def helper(x):
        B, C = x.shape

    def main():
        """Train. Shape (B, C)."""

    if TYPE_CHECKING:
        pass
    else:
        def typed(x: Float[Tensor, "b"]):
            return x

    class Op(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x
    '''
    assert list(targets(code)) == ["Outer", "Outer.Inner", "Head", "loss", "typed"]


def test_the_strongest_source_wins() -> None:
    code = '''
    class Net(nn.Module):
        """
        Shape:
            - Input: (N, classdoc)
        """
        # shapewright: a: f32[1, directive]
        def forward(self, a, b: Float[Tensor, "n jax"], c: Float[Tensor, "n jax"], d, input_ids):
            """
            Args:
                a: (N, doc)
                b: (N, doc)
            """
            # d: (N, comment)
            n, unpacked = d.shape
            q, r = input_ids.shape
    '''
    assert said(code) == {
        "a": "(1, directive) float32 <directive>",
        "b": "(N, doc) float <docstring>",
        "c": "(n, jax) float <jaxtyping>",
        "d": "(N, comment) <comment>",
        "input_ids": "(q, r) int64 <unpacking>",
    }


def test_what_the_code_shows_fills_in_what_the_docstring_left_open() -> None:
    code = '''
    class Net(nn.Module):
        def forward(self, x, y, z, u):
            """
            Args:
                x: (N, ...)
                y: [B, -1, D]
                z: (B, C) or (B, T, C)
                u: (B, C)
            """
            N, C, L = x.shape
            B, T, D = y.shape
            _, _, _ = z.shape
            a, b, c = u.shape
    '''
    assert said(code) == {
        "x": "(N, C, L) <docstring>",
        "y": "(B, T, D) <docstring>",
        "z": "(B, T, C) | (B, C) <docstring>",
        # A contradiction is left for the rule that reports it.
        "u": "(B, C) <docstring>",
    }


def test_asserts_and_unpacking_are_put_together() -> None:
    code = """
    class Net(nn.Module):
        def forward(self, x):
            assert x.dim() == 4
            B, C = x.shape[:2]
            assert x.shape[3] == 7
    """
    assert said(code) == {"x": "(B, C, _, 7) <unpacking>"}


def test_evidence_keeps_the_sources_apart() -> None:
    code = 'class Net(nn.Module):\n    def forward(self, x):\n        """x: (B, C)"""\n        a, b, c = x.shape\n'
    readings = evidence(SourceText(PATH, code), ast.parse(code))["Net"]
    assert [shown(found) for reading in readings for found in reading.inputs] == [
        "(B, C) <docstring>",
        "(a, b, c) <unpacking>",
    ]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("float32[2,3,32,32]", "", "(2, 3, 32, 32) float32 <directive>"),
        ("f32[B, 3]", "", "(B, 3) float32 <directive>"),
        ("mask=bool[2, 5]", "mask", "(2, 5) bool <directive>"),
        ("x = torch.int64[4]", "x", "(4,) int64 <directive>"),
        ("LongTensor[4, 5]", "", "(4, 5) int64 <directive>"),
        ("float32[]", "", "() float32 <directive>"),
        ("[B, 3]", "", "(B, 3) <directive>"),
        ("flag=True", "flag", "=True <directive>"),
        ("size=(3, 4)", "size", "=(3, 4) <directive>"),
        ("name='a[b]'", "name", "='a[b]' <directive>"),
        ("xs=list[float32[2, 3]]", "xs", "list[(2, 3) float32] <directive>"),
        ("state=tuple[f32[1, 2], f32[1, 2]]", "state", "tuple[(1, 2) float32, (1, 2) float32] <directive>"),
        ('{"x": f32[2], "y": int64[3]}', "", "{x: (2,) float32, y: (3,) int64} <directive>"),
    ],
)
def test_inputs_of_the_command_line(text: str, name: str, expected: str) -> None:
    found = parse_input(text)
    assert (found.name, shown(found)) == (name, expected)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("floaty32[2, 3]", "no dtype"),
        ("float32[2, is the]", "no list of sizes"),
        ("what is this", "cannot read"),
        ("x=", "cannot read"),
    ],
)
def test_a_wrong_input_says_what_to_write(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_input(text)
