import torch
import torch.nn as nn


def rotate_half(x):
    a, b = x.chunk(2, dim=-1)
    return torch.cat((-b, a), dim=-1)


class RotaryAttention(nn.Module):
    """Self attention with rotary positions.

    Args:
        dim (int): model width
        heads (int): number of heads
        max_len (int): longest sequence
    """

    def __init__(self, dim, heads, max_len=64):
        super().__init__()
        self.heads, self.d = heads, dim // heads
        inv = 1.0 / (10000 ** (torch.arange(0, self.d, 2, dtype=torch.float64) / self.d))
        angle = torch.arange(max_len)[:, None] * inv[None]
        angle = torch.cat([angle, angle], dim=-1)
        self.register_buffer("cos", angle.cos())
        self.register_buffer("sin", angle.sin())
        self.qkv = nn.Linear(dim, 3 * dim)
        self.out = nn.Linear(dim, dim)

    def rotate(self, t):
        n = t.size(-2)
        return t * self.cos[:n] + rotate_half(t) * self.sin[:n]

    def forward(self, x):
        """
        Args:
            x (FloatTensor): hidden states of shape (batch, seq, dim)

        Returns:
            FloatTensor: (batch, seq, dim)
        """
        b, n, _ = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, self.d).permute(2, 0, 3, 1, 4)
        q, k = self.rotate(q), self.rotate(k)
        att = (q @ k.transpose(-2, -1)) * self.d ** -0.5
        y = att.softmax(dim=-1) @ v
        return self.out(y.transpose(1, 2).reshape(b, n, -1))
