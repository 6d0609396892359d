import torch
from torch import nn
import torch.nn.functional as F


class RelativeAttention(nn.Module):
    """Self attention with a learned bias for every distance.

    Shape:
        - x: (B, T, C) where C is `dim`
        - attention_mask: (B, T), optional, 1 for tokens and 0 for padding
        - output: (B, T, C)
    """

    def __init__(self, dim=32, num_heads=4, max_distance=8):
        super().__init__()
        self.num_heads = num_heads
        self.max_distance = max_distance
        self.qkv = nn.Linear(dim, dim * 3)
        self.bias = nn.Embedding(2 * max_distance + 1, num_heads)
        self.proj = nn.Linear(dim, dim)

    def position_bias(self, length):
        pos = torch.arange(length)
        rel = (pos[None, :] - pos[:, None]).clamp(-self.max_distance, self.max_distance) + self.max_distance
        return self.bias(rel).permute(2, 0, 1).unsqueeze(0)

    def forward(self, x, attention_mask=None):
        B, T, C = x.shape
        qkv = self.qkv(x).reshape(B, T, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        scores = q @ k.transpose(-2, -1) * (C // self.num_heads) ** -0.5
        scores = scores + self.position_bias(T)
        if attention_mask is not None:
            extended = (1.0 - attention_mask[:, None, None, :].to(scores.dtype)) * torch.finfo(scores.dtype).min
            scores = scores + extended
        out = (scores.softmax(dim=-1) @ v).transpose(1, 2).reshape(B, T, C)
        return self.proj(out)


class ConformerBlock(nn.Module):
    """Half feed-forward, attention, convolution, half feed-forward.

    Args:
        dim: width
        kernel_size: taps of the depthwise convolution
    """

    def __init__(self, dim=32, kernel_size=7):
        super().__init__()
        self.ff1 = self._ff(dim)
        self.ff2 = self._ff(dim)
        self.norm_att = nn.LayerNorm(dim)
        self.att = RelativeAttention(dim)
        self.norm_conv = nn.LayerNorm(dim)
        self.point1 = nn.Conv1d(dim, 2 * dim, 1)
        self.depth = nn.Conv1d(dim, dim, kernel_size, padding=(kernel_size - 1) // 2, groups=dim)
        self.bn = nn.BatchNorm1d(dim)
        self.point2 = nn.Conv1d(dim, dim, 1)
        self.norm = nn.LayerNorm(dim)

    @staticmethod
    def _ff(dim):
        return nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, 4 * dim), nn.SiLU(), nn.Linear(4 * dim, dim))

    def _conv(self, x):
        x = self.norm_conv(x).transpose(1, 2)
        x = F.glu(self.point1(x), dim=1)
        x = F.silu(self.bn(self.depth(x)))
        return self.point2(x).transpose(1, 2)

    def forward(self, x, attention_mask=None):
        """One block.

        Args:
            x: frames of shape `(batch, time, dim)`.
            attention_mask (LongTensor, optional): of shape `(batch, time)`.

        Returns:
            frames of shape `(batch, time, dim)`.
        """
        x = x + 0.5 * self.ff1(x)
        x = x + self.att(self.norm_att(x), attention_mask)
        x = x + self._conv(x)
        x = x + 0.5 * self.ff2(x)
        return self.norm(x)
