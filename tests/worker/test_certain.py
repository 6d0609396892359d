"""What fails for every input of a class that nobody called is an error; what some input passes is none."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from worker.traced import HEAD, run  # noqa: E402  # torch may be missing

CERTAIN = {
    "two layers, and a mask that joins on the way": (
        """
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.q, self.a, self.b = nn.Linear(64, 64), nn.Linear(64, 256), nn.Linear(4, 64)
            def forward(self, x, mask):
                x = self.q(x).masked_fill(mask == 0, 0.0)
                return self.b(torch.relu(self.a(x)))
        """,
        "self.b(",
    ),
    "a width times another, and that alone": (
        """
        class Block(nn.Module):
            def __init__(self, dim, heads, dropout, expansion):
                super().__init__()
                self.heads, self.head_dim = heads, dim // heads
                self.q = nn.Linear(self.head_dim, self.head_dim)
                self.mlp = nn.Sequential(nn.Linear(dim, expansion * dim), nn.ReLU(), nn.Linear(expansion, dim))
                self.norm, self.dropout = nn.LayerNorm(dim), nn.Dropout(dropout)
            def forward(self, x):
                n, length, _ = x.shape
                x = self.q(x.reshape(n, length, self.heads, self.head_dim)).reshape(n, length, -1)
                return self.norm(x + self.mlp(self.dropout(x)))
        """,
        "self.mlp(",
    ),
    "a layer's own cast": (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = nn.Linear(10, 20), nn.Linear(20, 5)
            def forward(self, x):
                x = self.a(x)
                return self.b(x.double())
        """,
        "self.b(",
    ),
    "a map that is not flattened": (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.c, self.p, self.f = nn.Conv2d(3, 16, 3), nn.AdaptiveAvgPool2d(1), nn.Linear(16, 5)
            def forward(self, x):
                return self.f(self.p(self.c(x)))
        """,
        "self.f(",
    ),
    "a padding that no kernel allows": (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.c, self.b, self.p = nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.MaxPool2d(3, 2, padding=3)
            def forward(self, x):
                x = self.b(self.c(x))
                return self.p(x)
        """,
        "self.p(",
    ),
    "a skip connection that is always two too wide": (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3)
            def forward(self, x):
                x = self.a(x)
                return x + self.b(x)
        """,
        "return x +",
    ),
    "a dimension that the layer's output has not": (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.c, self.b, self.f = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Linear(8, 2)
            def forward(self, x):
                x = self.b(self.c(x))
                return self.f(x.permute(0, 2, 3, 4))
        """,
        "x.permute",
    ),
    "defaults that contradict themselves": (
        """
        class Net(nn.Module):
            def __init__(self, width=32, classes=10):
                super().__init__()
                self.a, self.b = nn.Linear(12, 2 * width), nn.BatchNorm1d(width)
                self.c = nn.Linear(width, classes)
            def forward(self, x):
                x = self.a(x)
                return self.c(self.b(x))
        """,
        "self.b(",
    ),
    "a block that only the second function's model has": (
        """
        class Narrow(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.c = nn.Conv2d(width, width, 3, padding=1)
            def forward(self, x):
                return x + self.c(x)
        class Wide(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.c = nn.Conv2d(width, 2 * width, 3, padding=1)
            def forward(self, x):
                return self.c(x)[0]
        class Net(nn.Module):
            def __init__(self, block, classes=10):
                super().__init__()
                self.stem, self.body = nn.Conv2d(3, 16, 3), block(16)
                self.norm = nn.BatchNorm2d(32 if block is Wide else 16)
            def forward(self, x):
                return self.norm(self.body(self.stem(x)))
        def small():
            return Net(Narrow)
        def large():
            return Net(Wide)
        """,
        "self.norm(self.body",
    ),
    "defaults that only a function replaces": (
        """
        class Net(nn.Module):
            def __init__(self, num_classes=10, dims=None):
                super().__init__()
                self.a, self.b = nn.Conv2d(3, 2 * dims[0], 3), nn.Conv2d(dims[0], dims[1], 3)
                self.head = nn.Linear(dims[1], num_classes)
            def forward(self, x):
                x = self.a(x)
                x = self.b(x)
                return self.head(x.mean([-2, -1]))
        def tiny(num_classes: int):
            return Net(num_classes, dims=[32, 64])
        """,
        "self.b(x)",
    ),
    "a view onto half of the elements": (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = nn.Linear(16, 32), nn.Linear(16, 4)
            def forward(self, x):
                B, T, C = x.shape
                y = self.a(x)
                return self.b(y.view(B, T, C))
        """,
        "y.view",
    ),
}
SILENT = {
    "a setting that another class got from a guess": '''
        class Decoder(nn.Module):
            def __init__(self, width: int = 128, grid_size: int = 8):
                super().__init__()
                self.conv, self.grid_size = nn.Conv2d(width, 65, 1), grid_size
            def forward(self, features):
                """
                Args:
                    features: (B, C, H, W)
                """
                return torch.pixel_shuffle(self.conv(features)[:, :-1], self.grid_size)

        class Backbone(nn.Module):
            def __init__(self, input_channel: int = 1, width: int = 128):
                super().__init__()
                self.conv = nn.Conv2d(input_channel, width, 3, padding=1)
            def forward(self, x):
                return self.conv(x)

        class Net(nn.Module):
            def __init__(self, model_cfg: dict) -> None:
                super().__init__()
                self.cfg = model_cfg
                self.backbone = Backbone(**self.cfg["backbone_cfg"])
                self.decoder = Decoder(128, self.cfg["grid_size"])
            def forward(self, images):
                """
                Args:
                    images: (B, C, H, W)
                """
                return self.decoder(self.backbone(images))
        ''',
    "attributes that are set side by side": """
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.c = nn.Linear(16, 16)
            def forward(self, x):
                return self.c(x).view(x.shape[0], self.H, self.W, 16)
        class Net(nn.Module):
            def __init__(self, table):
                super().__init__()
                self.block, self.table = Block(), table
            def forward(self, x, H, W):
                self.block.H, self.block.W = H, W
                return self.block(self.table.look(x, H, W))
        """,
    "a width that is the product of two settings": """
        class Block(nn.Module):
            def __init__(self, heads, head_dim, dim):
                super().__init__()
                self.a, self.b = nn.Linear(dim, heads * head_dim), nn.Linear(dim, dim)
            def forward(self, x, mask):
                return self.b(self.a(x).masked_fill(mask == 0, 0.0))
        """,
    "a cast where the workspace speaks of the dtype": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = nn.Linear(10, 20), nn.Linear(20, 5)
            def forward(self, x):
                x = self.a(x)
                return self.b(x.double())
        def made():
            return Net().double()
        """,
    "a number of tokens that has to be one square": """
        class Filter(nn.Module):
            def __init__(self, dim=32, h=14, w=8):
                super().__init__()
                self.norm = nn.LayerNorm(dim)
                self.weight = nn.Parameter(torch.randn(h, w, dim, 2))
            def forward(self, x):
                x = self.norm(x)
                B, N, C = x.shape
                a = int(N ** 0.5)
                x = torch.fft.rfft2(x.view(B, a, a, C), dim=(1, 2), norm="ortho")
                return torch.fft.irfft2(x * torch.view_as_complex(self.weight), s=(a, a), dim=(1, 2)).reshape(B, N, C)
        """,
    "a tensor that may be left out, but never is": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = nn.Conv1d(3, 24, 1), nn.Conv1d(40, 8, 1)
            def forward(self, x, category=None):
                x = self.a(x)
                if category is not None:
                    x = torch.cat([x, category[:, :16]], dim=1)
                return self.b(x)
        """,
    "a width of the constructor that can only be one": '''
        class Sub(nn.Module):
            def __init__(self, in_channels: int, out_channels: int):
                super().__init__()
                self.c = nn.Conv2d(in_channels, out_channels, 3)
            def forward(self, inputs):
                """
                Args:
                    inputs (batch, time, dim): a sequence
                """
                return self.c(inputs.unsqueeze(1))
        ''',
    "a remark on what the input becomes": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.c = nn.Conv2d(3, 8, 4, 4)
            def embed(self, x):
                _, _, H, W = x.shape
                return self.c(x).flatten(2).transpose(1, 2), H, W
            def forward(self, x):
                # x: [B, L, C]
                x, H, W = self.embed(x)
                return x
        """,
    "one name with and without a number": '''
        class Attention(nn.Module):
            def __init__(self):
                super().__init__()
                self.q = nn.Linear(16, 16)
            def forward(self, query, mask):
                """
                Args:
                    query (batch, time, dim): queries
                    mask (batch, 1, time2): what to hide
                """
                score = self.q(query) @ query.transpose(1, 2)
                return score.masked_fill(mask, -1e9)
        ''',
    "a word that says what the brackets hold": '''
        class Select(nn.Module):
            def forward(self, scores, mask):
                """
                args:
                    scores (seq_len, bat_size) : scores
                    mask (size seq_len, bat_size) : mask for padding
                """
                return scores.masked_select(mask)
        ''',
}


@pytest.mark.parametrize(("text", "place"), CERTAIN.values(), ids=CERTAIN.keys())
def test_what_fails_for_every_input_is_an_error(tmp_path: Path, text: str, place: str) -> None:
    trace = run(tmp_path, text)
    lines = (HEAD + textwrap.dedent(text)).split("\n")
    failures = [f for f in trace.failures if f.kind == "error" and "echo" not in f.facts]
    assert [f.evidence for f in failures] == ["inferred"]
    assert place in lines[failures[0].span.line - 1]


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT.keys())
def test_what_some_input_passes_is_none(tmp_path: Path, text: str) -> None:
    assert not [f for f in run(tmp_path, text).failures if f.kind == "error"]
