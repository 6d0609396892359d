"""A layer that checks what it is given, and a few calls that are refused on purpose."""
import torch
import torch.nn as nn
from torch import Tensor


class ShapeError(ValueError):
    pass


class RotaryMixer(nn.Module):
    def __init__(self, dim: int, heads: int = 4, *, activation: str = "gelu") -> None:
        super().__init__()
        if dim <= 0 or heads <= 0:
            raise ValueError("dim and heads must be positive")
        if dim % heads:
            raise ValueError(f"dim {dim} is not divisible by heads {heads}")
        if activation not in ("gelu", "relu"):
            raise KeyError(activation)
        self.dim, self.heads = dim, heads
        self.qk = nn.Linear(dim, 2 * dim)
        self.v = nn.Linear(dim, dim)
        self.act = getattr(nn.functional, activation)

    def _check(self, x: Tensor, mask: Tensor | None) -> None:
        if not isinstance(x, Tensor):
            raise TypeError(f"expected a tensor, got {type(x).__name__}")
        if x.ndim != 3:
            raise ShapeError(f"expected 3 dimensions (B, T, C), got {x.ndim}")
        if x.shape[-1] != self.dim:
            raise ShapeError(f"last dimension must be {self.dim}, got {x.shape[-1]}")
        if not x.is_floating_point():
            raise TypeError(f"expected a floating point tensor, got {x.dtype}")
        if mask is not None and mask.shape != x.shape[:2]:
            raise ShapeError(f"mask {tuple(mask.shape)} does not fit {tuple(x.shape[:2])}")

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        self._check(x, mask)
        B, T, C = x.shape
        q, k = self.qk(x).chunk(2, dim=-1)
        q = q.view(B, T, self.heads, -1).transpose(1, 2)
        k = k.view(B, T, self.heads, -1).transpose(1, 2)
        v = self.v(x).view(B, T, self.heads, -1).transpose(1, 2)
        att = q @ k.mT
        if mask is not None:
            att = att.masked_fill(~mask[:, None, None], -1e4)
        out = att.softmax(-1) @ v
        return self.act(out.transpose(1, 2).reshape(B, T, C))


def as_batch(x):
    """accept CHW or NCHW, bytes or floats"""
    if x.dim() == 3:
        x = x.unsqueeze(0)
    elif x.dim() != 4:
        raise ShapeError("image must have 3 or 4 dimensions")
    if x.dtype == torch.uint8:
        x = x.float() / 255
    assert x.shape[1] in (1, 3), "channels first, please"
    if x.shape[1] == 1:
        x = x.expand(-1, 3, -1, -1)
    return x


layer = RotaryMixer(16)
good = layer(torch.randn(2, 5, 16), torch.tensor([[1, 1, 1, 0, 0], [1] * 5], dtype=torch.bool))
print(good.shape)

bad_calls = [
    lambda: layer(torch.randn(2, 16)),
    lambda: layer(torch.randn(2, 5, 8)),
    lambda: layer(torch.ones(2, 5, 16, dtype=torch.long)),
    lambda: layer(torch.randn(2, 5, 16), torch.ones(2, 4, dtype=torch.bool)),
    lambda: layer([1, 2, 3]),
    lambda: RotaryMixer(10, 3),
    lambda: RotaryMixer(8, activation="swish"),
    lambda: as_batch(torch.rand(5)),
    lambda: as_batch(torch.rand(8, 8, 3)),
]
refused = 0
for call in bad_calls:
    try:
        call()
    except (ValueError, TypeError, KeyError, AssertionError) as e:
        refused += 1
        print(f"{type(e).__name__}: {e}")
    else:
        raise SystemExit("should have been refused")
assert refused == len(bad_calls)

conv = nn.Conv2d(3, 4, 3)
for img in (torch.rand(3, 9, 9), torch.rand(2, 1, 9, 9), torch.randint(0, 255, (3, 9, 9), dtype=torch.uint8)):
    print(conv(as_batch(img)).shape)
try:
    RotaryMixer(12, heads=5)
except ValueError:
    fallback = RotaryMixer(12, heads=6)
    print(fallback(torch.zeros(1, 2, 12)).sum())
