"""Shapes written into a file: in the style that it has, read back as the same, and nothing else touched."""

from __future__ import annotations

import itertools
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotated import PATH, returned, said
from shapewright import edits, wire
from shapewright.annotations.writing import STYLES, Shapes, Style, write
from shapewright.source import SourceText

HEAD = "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n"


def tensor(*dims: int | str, dtype: str = "float32") -> wire.Value:
    texts = tuple(map(str, dims))
    sizes = tuple(int(text) if text.isdecimal() else 7 for text in texts)
    return wire.Value("tensor", "Tensor", wire.TensorFact(sizes, dtype, symbols=texts))


def group(*items: wire.Value, kind: str = "tuple") -> wire.Value:
    return wire.Value("sequence", kind, items=items, length=len(items))


IMAGE = tensor("B", 3, "H", "W")
MASK = tensor("B", "T", dtype="bool")
SCORES = tensor("B", 10)
BOTH = group(SCORES, tensor("B", 16, "H/2", "(W+1)//2"))


def written(code: str, shapes: Shapes, style: Style | None = None) -> str:
    """The new text; to write again changes nothing."""
    source = SourceText(PATH, code)
    new = edits.apply(write(source, [shapes], style), {PATH: source}).get(PATH, code)
    assert not write(SourceText(PATH, new), [shapes], style)
    return new


def net(doc: str, signature: str = "self, x, mask") -> str:
    body = f"    def forward({signature}):\n"
    if doc:
        body += textwrap.indent(f'"""{textwrap.dedent(doc).strip()}\n"""\n', " " * 8)
    return HEAD + body + "        return x\n"


def doc(code: str) -> str:
    return textwrap.dedent("        " + code.split('"""')[1]).strip()


DOCSTRINGS = {
    "google": (
        """
        Classify.

        Args:
            x: a picture
            mask (Tensor): what counts

        Returns:
            The scores.
        """,
        """
        Classify.

        Args:
            x: (B, 3, H, W), a picture
            mask (Tensor): bool (B, T), what counts

        Returns:
            (B, 10). The scores.
        """,
    ),
    "google, text below the name, one argument missing, no results": (
        """
        Classify.

        Args:
            x (torch.Tensor):
                a picture

        Example:
            >>> net
        """,
        """
        Classify.

        Args:
            x (torch.Tensor): (B, 3, H, W)
                a picture
            mask: bool (B, T)

        Returns:
            (B, 10)

        Example:
            >>> net
        """,
    ),
    "google, results only": (
        """
        Classify.

        Returns:
            Tensor: the scores
        """,
        """
        Classify.

        Args:
            x: (B, 3, H, W)
            mask: bool (B, T)

        Returns:
            Tensor: (B, 10), the scores
        """,
    ),
    "numpy": (
        """
        Classify.

        Parameters
        ----------
        x : torch.Tensor, optional
            Picture.
        mask
            What counts.

        Returns
        -------
        out : torch.Tensor
            Scores.
        """,
        """
        Classify.

        Parameters
        ----------
        x : torch.Tensor of shape (B, 3, H, W), optional
            Picture.
        mask : Tensor of shape (B, T), bool
            What counts.

        Returns
        -------
        out : torch.Tensor of shape (B, 10)
            Scores.
        """,
    ),
    "numpy, parts missing": (
        """
        Classify.

        Parameters
        ----------
        x : torch.Tensor
            Picture.
        """,
        """
        Classify.

        Parameters
        ----------
        x : torch.Tensor of shape (B, 3, H, W)
            Picture.
        mask : Tensor of shape (B, T), bool

        Returns
        -------
        Tensor of shape (B, 10)
        """,
    ),
    "sphinx": (
        """
        Classify.

        :param x: a picture
        :type x: torch.Tensor
        """,
        """
        Classify.

        :param x: (B, 3, H, W), a picture
        :type x: torch.Tensor
        :param mask: bool (B, T)
        :return: (B, 10)
        """,
    ),
    "bullets": (
        """
        Classify x: not much.

        - **x**: a picture
        - **mask**: what counts
        """,
        """
        Classify x: not much.

        - **x**: (B, 3, H, W), a picture
        - **mask**: bool (B, T), what counts

        Returns:
            (B, 10)
        """,
    ),
    "no sections": (
        "Classify.",
        """
        Classify.

        Args:
            x: (B, 3, H, W)
            mask: bool (B, T)

        Returns:
            (B, 10)
        """,
    ),
    "written already": (
        """
        Classify.

        Args:
            x: the picture, N x 1 x 28 x 28
            mask: what counts
        """,
        """
        Classify.

        Args:
            x: the picture, N x 1 x 28 x 28
            mask: bool (B, T), what counts

        Returns:
            (B, 10)
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), DOCSTRINGS.values(), ids=DOCSTRINGS)
def test_a_docstring_keeps_its_own_style(before: str, after: str) -> None:
    new = written(net(before), Shapes("Net", (("x", IMAGE), ("mask", MASK)), (SCORES,)))
    assert doc(new) == textwrap.dedent(after).strip()


def test_a_docstring_is_made_where_there_is_none() -> None:
    new = written(net("", "self, x"), Shapes("Net", (("x", IMAGE),), (BOTH,)))
    assert doc(new) == "Args:\n    x: (B, 3, H, W)\n\nReturns:\n    tuple of (B, 10) and (B, 16, H/2, (W+1)//2)"
    assert new.replace(new[new.index('        """') : new.rindex('"""\n') + 4], "") == net("", "self, x")


def test_a_docstring_of_one_line_is_opened() -> None:
    new = written(HEAD + '    def forward(self, x):\n        """Classify."""\n', Shapes("Net", (("x", IMAGE),)))
    assert new.endswith('        """Classify.\n\n        Args:\n            x: (B, 3, H, W)\n        """\n')


def test_types() -> None:
    code = net("", "self, x, mask: torch.Tensor, n: int=2")
    new = written(code, Shapes("Net", (("x", IMAGE), ("mask", MASK)), (BOTH,)), "jaxtyping")
    assert "from torch import nn\nfrom jaxtyping import Bool, Float\n" in new
    assert (
        'forward(self, x: Float[torch.Tensor, "B 3 H W"], mask: Bool[torch.Tensor, "B T"], n: int=2) -> '
        'tuple[Float[torch.Tensor, "B 10"], Float[torch.Tensor, "B 16 H//2 (W+1)//2"]]:\n'
    ) in new


def test_comments() -> None:
    shapes = Shapes("Net", (("x", IMAGE), ("mask", MASK)))
    assert "mask):  # x: (B, 3, H, W), mask: bool (B, T)\n" in written(net(""), shapes, "comment")
    assert "x):  # (B, 3, H, W) -> (B, 10)\n" in written(
        net("", "self, x"), Shapes("Net", shapes.inputs[:1], (SCORES,)), "comment"
    )
    long = net("", "self, x, mask, " + ", ".join(f"argument_{i}=None" for i in range(6)))
    assert "):\n        # x: (B, 3, H, W)\n        # mask: bool (B, T)\n        return" in written(
        long, shapes, "comment"
    )


def test_the_file_says_which_style_a_new_docstring_has() -> None:
    other = 'def f(a):\n    """Do.\n\n    Parameters\n    ----------\n    a : int\n        One.\n    """\n'
    new = written(other + net("", "self, x"), Shapes("Net", (("x", IMAGE),)))
    assert "        Parameters\n        ----------\n        x : Tensor of shape (B, 3, H, W)\n" in new


def test_line_ends_stay() -> None:
    code = net("Classify.").replace("\n", "\r\n")
    new = written(code, Shapes("Net", (("x", IMAGE),)))
    assert new.replace("\r\n", "").count("\n") == 0
    assert "x: (B, 3, H, W)" in new


@pytest.mark.parametrize(
    "value",
    [
        wire.Value("tensor", "Tensor", wire.TensorFact((None, 3), "float32")),
        wire.Value("number", "int", text="3"),
        group(group(SCORES, SCORES), SCORES),
        group(SCORES, wire.Value("number", "int", text="3")),
    ],
    ids=["unknown size", "number", "nested", "tuple with a number"],
)
def test_what_cannot_be_said_is_left_out(value: wire.Value) -> None:
    assert written(net(""), Shapes("Net", (("x", value),), (value,))) == net("")


DIMS = st.sampled_from(
    ["B", "T", "H", "W", "C", "n_embd", "H/2", "2*T", "(H-4)/2", "(W+1)//2", "H*W/256+1", "1", "3", "512"]
)
TENSORS = st.builds(
    lambda dims, dtype: tensor(*dims, dtype=dtype),
    st.lists(DIMS, min_size=1, max_size=5),
    st.sampled_from(["float32", "float32", "int64", "bool", "float16"]),
)
VALUES = st.one_of(
    TENSORS,
    st.lists(TENSORS, min_size=2, max_size=4).map(lambda items: group(*items)),
    st.tuples(TENSORS, st.integers(1, 3)).map(lambda pair: group(*[pair[0]] * pair[1], kind="list")),
    st.lists(TENSORS, min_size=1, max_size=3).map(
        lambda items: wire.Value("mapping", "dict", items=tuple(items), keys=("image", "labels", "mask")[: len(items)])
    ),
)
BEFORE = [text for text, _ in DOCSTRINGS.values()]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["", *BEFORE]),
    st.lists(VALUES, min_size=2, max_size=2),
    VALUES,
    st.sampled_from([None, *STYLES]),
)
def test_what_is_written_is_read_and_nothing_else_changes(
    before: str, inputs: list[wire.Value], output: wire.Value, style: Style | None
) -> None:
    code = net(before)
    new = written(code, Shapes("Net", tuple(zip(("x", "mask"), inputs, strict=True)), (output,)), style)
    rest = iter(new)
    assert all(character in rest for character in code), "something was taken away"
    if new != code:
        assert said(new) or returned(new)


def test_every_form_of_a_value_is_written() -> None:
    """The round trip is no empty one: each kind of value is written in each style."""
    values = [IMAGE, MASK, group(SCORES, MASK, IMAGE), group(IMAGE, IMAGE, kind="list")]
    for value, style in itertools.product(values, STYLES):
        new = written(net("", "self, x"), Shapes("Net", (("x", value),)), style)
        assert said(new)["x"].split(" <")[0] != ""
        assert new != net("", "self, x")
