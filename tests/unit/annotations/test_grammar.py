from __future__ import annotations

import pytest

from shapewright.annotations import candidates
from shapewright.annotations.dims import show
from shapewright.annotations.grammar import parse, parse_comment


def shapes(text: str) -> list[str]:
    return [show(shape) for shape in parse(text).alternatives]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(B, C, H, W)", ["(B, C, H, W)"]),
        ("[B,C,H,W] images", ["(B, C, H, W)"]),
        ("a (N,) vector", []),
        ("scores of shape (N,)", ["(N,)"]),
        ("float32[B, 3, 224, 224]", ["(B, 3, 224, 224)"]),
        ("Tensor[N, 4] of boxes", ["(N, 4)"]),
        ("`(batch, seq len, d_model)` hidden states", ["(batch, seq len, d_model)"]),
        ("shape (B, H*W, C)", ["(B, H*W, C)"]),
        ("shape (B, H x W, C)", ["(B, H*W, C)"]),
        ("shape (B, 2C, H/2)", ["(B, 2*C, H/2)"]),
        ("shape (B, T', D)", ["(B, T', D)"]),
        ("shape (-1, 3)", ["(_, 3)"]),
        ("shape (B, None, 3)", ["(B, _, 3)"]),
        ("shape (B, [T,] C)", ["(B, [T], C)"]),
        ("shape (B[, T], C)", ["(B, [T], C)"]),
        ("shape (*batch, 3)", ["(*batch, 3)"]),
        ("shape (1 or B, 3)", ["(#B, 3)"]),
        ("shape (B=32, C=3)", ["(B=32, C=3)"]),
        ("`batch_shape x q x d`-dim tensor", ["(*batch_shape, q, d)"]),
        ("a B x T-dim tensor", ["(B, T)"]),
        ("BxCxHxW", ["(B, C, H, W)"]),
        ("HWxNxC", ["(HW, N, C)"]),
        ("B×C×H×W", ["(B, C, H, W)"]),
        ("3x224x224 image", ["(3, 224, 224)"]),
        (r":math:`(N, C_{in}, \frac{H}{2})`", ["(N, C_in, H/2)"]),
        (r":math:`(N \times T, \text{num\_heads}, D)`", ["(N*T, num_heads, D)"]),
        (r"$(B, N)$", ["(B, N)"]),
        ("（B，C，H，W）", ["(B, C, H, W)"]),
        ("[B, T, C] or [B, C]", ["(B, T, C)", "(B, C)"]),
        ("(L, H) for unbatched input, (L, N, H) otherwise", ["(L, H)", "(L, N, H)"]),
        ("(8, 8) or (B, 8, 8)", ["(8, 8)", "(B, 8, 8)"]),
        ("shape (), (N) or (N, K)", ["()", "(N,)", "(N, K)"]),
        ("trailing dimensions must be (H, W)", ["(..., H, W)"]),
        ("the mask (see below) is of shape (B, T)", ["(B, T)"]),
    ],
)
def test_shapes_are_read(text: str, expected: list[str]) -> None:
    assert shapes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "values in [0, 1]",
        "values in [-1, 1]",
        "in the range [0, num_classes - 1]",
        "a float in [0.0, 1.0)",
        "a 3 x 3 kernel",
        "3x3 convolution",
        "kernel size (int, int)",
        "(int): number of heads",
        "(int, optional): number of heads",
        "(tuple of int): size (H, W)",
        "(Tensor, optional)",
        "(torch.Tensor): the input",
        "(e.g., LLaVA, Gemma)",
        "(see the paper)",
        "the tuple (output, hidden)",
        "the state (h_0, c_0)",
        "coordinates (x, y)",
        "coordinates (x1, y1, x2, y2)",
        "the pair (query, answer)",
        "calls forward(B, C)",
        "x[B, C]",
        "(default: None)",
        "one input x and",
        "where x is the input",
        "an m × m map",
        "(OrderedDict) the state",
        "(a, b)",
        "option (A) or option (B) then",
        "",
        "(",
        ")(",
        "[(])",
    ],
)
def test_prose_is_no_shape(text: str) -> None:
    assert parse(text).kind == "none"


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        ("LongTensor of shape (B, T)", "int64"),
        ("(torch.LongTensor of shape (B, T), optional)", "int64"),
        ("boolean mask of shape (B, T)", "bool"),
        ("(B, T) token ids of dtype int32", "int32"),
        ("torch.float16 tensor (B, T)", "float16"),
        ("float32[B, 3]", "float32"),
        ("f16[B, 3]", "float16"),
        ("complex tensor of shape (B, F)", "complex64"),
        ("features of shape (B, T)", None),
        ("shape (B, 6); the last column holds class labels", None),
    ],
)
def test_a_dtype_is_claimed_where_the_text_states_one(text: str, dtype: str | None) -> None:
    assert parse(text).dtype == dtype


def test_lists_tuples_and_dicts() -> None:
    found = parse("list of tensors, each of shape (B, C, H, W)")
    assert (found.kind, show(found.items[0][1].alternatives[0])) == ("list", "(B, C, H, W)")
    found = parse("(List[Tensor]): features of shape (B, C, H, W)")
    assert found.kind == "list"
    found = parse("tuple of two tensors of shape (L, B, H)")
    assert (found.kind, len(found.items)) == ("tuple", 2)
    found = parse("tuple of (L, B, H) and (L, B, C)")
    assert [show(item.alternatives[0]) for _, item in found.items] == ["(L, B, H)", "(L, B, C)"]
    found = parse('a dict with "image": (3, H, W) and "mask": Tensor of shape (H, W)')
    assert [(key, show(item.alternatives[0])) for key, item in found.items] == [
        ("image", "(3, H, W)"),
        ("mask", "(H, W)"),
    ]
    # How many tensors are in it is not said, so nothing is.
    assert parse("tuple(tuple(torch.FloatTensor)) of length n_layers, each of shape (B, T)").kind == "none"


def test_a_transition_has_stages() -> None:
    found = parse("[B, T, C] -> [B, C, T] => (B, C)")
    assert [[show(shape) for shape in stage] for stage in found.stages] == [["(B, T, C)"], ["(B, C, T)"], ["(B, C)"]]


def test_code_that_was_commented_out_says_nothing() -> None:
    assert parse_comment("# x = x.view(B, T, C)").kind == "none"
    assert parse_comment("# out = self.conv(x)  # (B, C)").kind == "none"
    assert parse_comment("# x: (B, T, C)").kind == "shape"
    assert parse_comment("# (B, T, C)").kind == "shape"
    assert parse_comment("# x = (B, T, C)").kind == "shape"


def test_offsets_enclose_the_shape_in_the_text_as_written() -> None:
    text = r"features of shape :math:`(N, C_{in}, \text{len})` in order"
    found = parse(text)
    assert text[found.start : found.end] == r"(N, C_{in}, \text{len})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("input image with shape (c, h, w), [0, 1] range", ["(c, h, w)"]),
        ("A `(b) x q x d`-dim Tensor of `(b)` t-batches", ["(b, q, d)"]),
        ("shape `n_points\n    x batch_size x m`", ["(n_points, batch_size, m)"]),
        ("`(b1 x ... x bk) x n x 1`", ["(..., n, 1)"]),
        ("Tensor of shape (B x 3/1 x H x W)", ["(B, _, H, W)"]),
        ("size can be min_size (scalar) or (w, h) tuple", []),
        ("torch.Tensor(loss_value)", []),
        (r":math:`X^{(k)} \in \mathbb{R}^{|E| \times d}`", ["(|E|, d)"]),
        (r":math:`{\{0, 1\}}^{B \times N}`", ["(B, N)"]),
    ],
)
def test_forms_met_in_libraries(text: str, expected: list[str]) -> None:
    assert shapes(text) == expected


def test_a_layout_that_inputs_usually_follow_declares_nothing() -> None:
    assert not candidates.find("Tokens. For maps this usually follows the `(B, C, H, W)` layout")
    assert len(candidates.find("the shape is usually (B, C)")) == 1
