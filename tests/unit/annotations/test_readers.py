from __future__ import annotations

import pytest

from annotated import inputs, quoted, returned, said


def net(signature: str, body: str = "return 0") -> str:
    lines = "\n".join(f"        {line}" for line in body.split("\n"))
    return f"class Net(nn.Module):\n    def forward(self, {signature}:\n{lines}\n"


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ('Float[Tensor, "b c h w"]', "(b, c, h, w) float"),
        ('Float32[torch.Tensor, "b 3"]', "(b, 3) float32"),
        ('Int64[Tensor, "*batch n"]', "(*batch, n) int64"),
        ('Bool[Tensor, "... n"]', "(..., n) bool"),
        ('Shaped[Tensor, "#b dim-1 _"]', "(#b, dim-1, _)"),
        ('Num[Tensor, "rows=4 cols=5"]', "(4, 5)"),
        ("jt.Float[Tensor, '']", "() float"),
        ("\"Float[Tensor, 'b c']\"", "(b, c) float"),
        ('TensorType["batch", 3, -1]', "(batch, 3, _)"),
        ('TensorType["batch", "n", torch.int64]', "(batch, n) int64"),
        ('TensorType["batch": ..., "c"]', "(*batch, c)"),
        ('Annotated[Tensor, "B C H W"]', "(B, C, H, W)"),
        ('Annotated[torch.Tensor, "(B, 3)"]', "(B, 3)"),
        ('Annotated[Tensor, Shape("B", 3)]', "(B, 3)"),
        ("Annotated[Tensor, ('B', 3)]", "(B, 3)"),
        ("Tensor[[B, C]]", "(B, C)"),
        ("Tensor[B, Literal[3], H]", "(B, 3, H)"),
        ("Tensor[Unpack[Bs], D]", "(*Bs, D)"),
        ("Tensor[B, 2 * C]", "(B, 2 * C)"),
        ("LongTensor[B, T]", "(B, T) int64"),
    ],
)
def test_types(annotation: str, expected: str) -> None:
    found = said(net(f"x: {annotation})"))
    assert found == {"x": f"{expected} <jaxtyping>"}


def test_types_around_types() -> None:
    assert said(net('x: Optional[Float[Tensor, "b c"]] = None)')) == {"x": "(b, c) float? <jaxtyping>"}
    assert said(net('x: Float[Tensor, "b c"] | None)')) == {"x": "(b, c) float? <jaxtyping>"}
    assert said(net('x: Float[Tensor, "b c"] | Float[Tensor, "c"])')) == {"x": "(b, c) | (c,) float <jaxtyping>"}
    assert said(net('x: list[Float[Tensor, "b c"]])')) == {"x": "list[(b, c) float] <jaxtyping>"}
    assert said(net("x: tuple[Tensor, LongTensor])")) == {"x": "tuple[?, ? int64] <annotation>"}
    assert said('Image = Float[Tensor, "b 3 h w"]\n' + net("x: Image)"), "Net") == {
        "x": "(b, 3, h, w) float <jaxtyping>"
    }
    assert returned(net('x) -> Float[Tensor, "b c"]')) == ["(b, c)"]
    assert returned(net('x) -> tuple[Float32[Tensor, "b c"], Int64[Tensor, "b"]]')) == ["(b, c) float32", "(b,) int64"]
    assert said(net("x: LongTensor, n: int)")) == {"x": "? int64 <annotation>"}


def test_a_list_by_type_whose_docstring_gives_one_shape() -> None:
    code = net("feats: List[Tensor])", '"""\nArgs:\n    feats: maps of shape (B, C, H, W)\n"""')
    assert said(code) == {"feats": "list[(B, C, H, W)] <docstring>"}


def test_comments_in_the_signature() -> None:
    code = """
    class Net(nn.Module):
        def forward(
            self,
            x,  # (B, C, H, W)
            # [B, T]
            tokens,
            mask=None,  # mask of shape (B, T), see above
            *,
            n,  # how many
        ):
            return x
    """
    assert said(code) == {
        "x": "(B, C, H, W) <comment>",
        "tokens": "(B, T) <comment>",
        "mask": "(B, T)? <comment>",
    }
    assert quoted(code, inputs(code)["tokens"]) == "[B, T]"
    assert said("class Net:\n    def forward(self, x, y):  # x: [B, C], y: [B, D]\n        return x\n") == {
        "x": "(B, C) <comment>",
        "y": "(B, D) <comment>",
    }
    assert said("class Net:\n    def forward(self, x):  # type: (Tensor, Tensor) -> Tensor\n        return x\n") == {}


def test_comments_in_the_body() -> None:
    body = "# x: (B, T, C), y is [B, D]\nx = self.norm(x)\n# y: (wrong, rank, 3)\nreturn x"
    assert said(net("x, y)", body)) == {"x": "(B, T, C) <comment>", "y": "(B, D) <comment>"}
    assert said(net("x)", "# (B, T, C)\nx = self.norm(x)")) == {"x": "(B, T, C) <comment>"}
    product = "B, T, C = x.size()\n# attend: (B, nh, T, hs) x (B, nh, hs, T) -> (B, nh, T, T)\ny = self.norm(x)"
    assert said(net("x)", product)) == {"x": "(B, T, C) <unpacking>"}
    assert said(net("x)", "x = self.norm(x)\n# x: (B, T, C)\nreturn x")) == {}
    assert said(net("x)", "x = self.up(x)  # [B, 1, L] -> [B, C, L]")) == {"x": "(B, 1, L) <comment>"}
    assert said(net("x)", "x = self.up(x)  # [B, C, L]")) == {}
    assert said(net("x)", "# the grid is (B, H, W) of cells\nreturn x")) == {}
    assert said(net("x)", "# x = x.view(B, T, C)\nreturn x")) == {}
    assert said(net("x)", "B, T = x.shape  # batch size, length (n_embd)")) == {"x": "(B, T) <unpacking>"}
    assert said(net("x)", 'y = "# x: (B, C)"\nreturn y')) == {}


def test_directives() -> None:
    code = """
    # shapewright: x: float32[B, 3, H, W]; mask: bool[B, H, W]
    class Net(nn.Module):
        # shapewright: flag = True; return: f32[B, 10]
        def forward(self, x, mask, flag):
            # shapewright: ignore[shape-error]
            '''x: (B, 1)'''
            return x
    """
    assert said(code) == {
        "x": "(B, 3, H, W) float32 <directive>",
        "mask": "(B, H, W) bool <directive>",
        "flag": "=True <directive>",
    }
    assert returned(code) == ["(B, 10) float32"]
    assert quoted(code, inputs(code)["mask"]) == "mask: bool[B, H, W]"
    assert said("def f(x, n):\n    # shapewright: x: nonsense[[; n: int64[4]\n    return x\n") == {
        "n": "(4,) int64 <directive>"
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("B, C, H, W = x.shape", "(B, C, H, W)"),
        ("B, _, self.h, w = x.size()", "(B, _, h, w)"),
        ("B, N = x.shape[:2]", "(B, N, ...)"),
        ("_, d = x.shape[1:]", "(_, _, d)"),
        ("h, w = x.shape[-2:]", "(..., h, w)"),
        ("b, t = x.shape[:-1]", "(b, t, _)"),
        ("*_, h, w = x.shape", "(..., h, w)"),
        ("b, *rest = x.shape", "(b, ...)"),
        ("b = x.shape[0]\nc = x.size(1)", "(b, c, ...)"),
        ("b, c = x.size(0), x.size(-1)", "(b, ..., c)"),
        ("shape = x.shape\nB, C = shape", "(B, C)"),
        ("if x.ndim == 3:\n    B, T, C = x.shape\nelse:\n    B, C = x.shape", "(_, _, _) | (_, _)"),
        ("with torch.no_grad():\n    B, C = x.shape", "(B, C)"),
        ("x = x.view(-1)\nB, C = x.shape", None),
        ("x = self.f(x, *x.shape)\n(B, C) = x.shape", None),
        ("for x in y:\n    B, C = x.shape", None),
    ],
)
def test_unpacking(body: str, expected: str | None) -> None:
    assert said(net("x)", body)) == ({"x": f"{expected} <unpacking>"} if expected else {})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("assert x.dim() == 4", "(_, _, _, _)"),
        ("assert len(x.shape) == 2, 'two'", "(_, _)"),
        ("assert x.ndim in (2, 3)", "(_, _) | (_, _, _)"),
        ("assert x.dim() == 2 or x.dim() == 3", "(_, _) | (_, _, _)"),
        ("assert x.dim() == 3 and x.shape[1] == 64", "(_, 64, _)"),
        ("assert x.shape[-1] == self.dim", "(..., dim)"),
        ("assert x.shape[1:] == (3, 32, 32)", "(_, 3, 32, 32)"),
        ("assert x.shape == (B, 3)", "(B, 3)"),
        ("if x.dim() != 4:\n    raise ValueError('no')", "(_, _, _, _)"),
        ("if not (x.ndim == 2):\n    raise ValueError", "(_, _)"),
        ("if x.ndim != 2 or x.size(1) != 5:\n    raise ValueError", "(_, 5)"),
        ("assert x.dtype == torch.long", "? int64"),
        ("assert x.shape[0] == y.shape[0]", None),
        ("if x.dim() == 4:\n    raise ValueError('no')", None),
        ("if flag:\n    assert x.dim() == 4", None),
    ],
)
def test_asserts(body: str, expected: str | None) -> None:
    assert said(net("x)", body)) == ({"x": f"{expected} <assert>"} if expected else {})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("y = rearrange(x, 'b c h w -> b (h w) c')", "(b, c, h, w)"),
        ("x = rearrange(x, 'b c (h p1) (w p2) -> b (h w) (p1 p2 c)', p1=4, p2=4)", "(b, c, h*4, w*4)"),
        ("y = einops.reduce(x, 'b ... c -> b c', 'mean')", "(b, ..., c)"),
        ("y = repeat(x, '() n d -> b n d', b=3)", "(1, n, d)"),
        ("y = torch.einsum('bij,bjk->bik', x, w)", "(b, i, j)"),
        ("y = torch.einsum('... d, d -> ...', x, w)", "(..., d)"),
        ("y = einsum(x, w, 'b i, i o -> b o')", "(b, i)"),
        ("x = x.mean(1)\ny = rearrange(x, 'b c -> c b')", None),
        ("y = rearrange(x, pattern)", None),
    ],
)
def test_einops(body: str, expected: str | None) -> None:
    assert said(net("x, w: int)", body)) == ({"x": f"{expected} <einops>"} if expected else {})


def test_example_input_array() -> None:
    code = """
    class Net(LightningModule):
        def __init__(self, dim):
            super().__init__()
            self.example_input_array = (torch.zeros(1, 28, dim), torch.ones(2, dtype=torch.long))

        def forward(self, x, y):
            return x
    """
    assert said(code) == {"x": "(1, 28, dim) float32 <example_input_array>", "y": "(2,) int64 <example_input_array>"}


def test_calls_in_the_file() -> None:
    code = """
    class Net(nn.Module):
        def forward(self, x, y=None, flag=False):
            return x

    def main():
        B = 4
        net = Net(3).to("cuda").eval()
        size = (B, 3, 8)
        x = torch.randn(*size)
        for _ in range(3):
            out = net(x.transpose(1, 2), y=torch.randint(0, 9, (B,)), flag=True)

    class Other(nn.Module):
        def forward(self, a):
            return a

    torch.onnx.export(Other(), (torch.rand(n, 2),), "other.onnx")
    """
    assert said(code, "Net") == {"x": "(4, 8, 3) float32 <call>", "y": "(4,) int64? <call>", "flag": "=True? <call>"}
    assert said(code, "Other") == {"a": "(n, 2) float32 <call>"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("torch.randn(2, 3)", "(2, 3) float32"),
        ("torch.zeros((2, 3), dtype=torch.int32)", "(2, 3) int32"),
        ("torch.randint(0, 5, (4,))", "(4,) int64"),
        ("torch.arange(10)", "(10,) int64"),
        ("torch.tensor([[1.0, 2.0], [3.0, 4.0]])", "(2, 2) float32"),
        ("torch.from_numpy(np.random.rand(5, 6))", "(5, 6) float64"),
        ("torch.ones(3).unsqueeze(0).double()", "(1, 3) float64"),
        ("torch.rand(2, 3, 4).permute(2, 0, 1)", "(4, 2, 3) float32"),
        ("torch.rand(2, 6).view(-1, 4)", "(3, 4) float32"),
        ("torch.rand(2, 3) > 0.5", "(2, 3) bool"),
        ("torch.rand(2, 3) * 2 - 1", "(2, 3) float32"),
        ("torch.full((2, 2), 7).cuda()", "(2, 2) int64"),
        ("torch.rand(2, 3).to(torch.float16)", "(2, 3) float16"),
        ("torch.randn(B, 2 * T)", "(B, 2 * T) float32"),
    ],
)
def test_what_an_expression_makes(expression: str, expected: str) -> None:
    assert said(net("x)") + f"\nNet()({expression})\n") == {"x": f"{expected} <call>"}


def test_doctests() -> None:
    code = '''
    class Net(nn.Module):
        """Do.

        >>> net = Net(
        ...     3)
        >>> x = torch.randn(2, 3)
        >>> net(x, torch.zeros(2))
        """

        def forward(self, a, b):
            return a
    '''
    assert said(code) == {"a": "(2, 3) float32 <doctest>", "b": "(2,) float32 <doctest>"}
    assert quoted(code, inputs(code)["a"]) == "net(x, torch.zeros(2))"


def test_names() -> None:
    assert said(net("input_ids, attention_mask=None)")) == {
        "input_ids": "(batch_size, sequence_length) int64 <name>",
        "attention_mask": "(batch_size, sequence_length) int64? <name>",
    }
    # An inner layer's mask may be of any rank.
    assert said(net("hidden_states, attention_mask=None)")) == {}
    assert said(net("labels)", '"""labels: (B, T)"""')) == {"labels": "(B, T) int64 <docstring>"}
