"""Pooling a sequence into one vector."""
import math

import torch
from torch import nn


class AttentionPool(nn.Module):
    """Pool with learned queries.

    :param d_model: width of the sequence
    :param n_queries: how many summaries to make
    :param n_heads: number of heads
    """

    def __init__(self, d_model: int = 48, n_queries: int = 2, n_heads: int = 4):
        super().__init__()
        assert d_model % n_heads == 0
        self.n_heads = n_heads
        self.queries = nn.Parameter(torch.randn(n_queries, d_model) / math.sqrt(d_model))
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.out = nn.Linear(d_model, d_model)

    def _split(self, t):
        b, n, c = t.shape
        return t.reshape(b, n, self.n_heads, c // self.n_heads).permute(0, 2, 1, 3)

    def forward(self, x, key_padding_mask=None):
        """Summarise.

        :param x: the sequence, shape (batch, time, d_model)
        :param key_padding_mask: True where there is padding, a bool tensor of shape (batch, time)
        :return: summaries, shape (batch, n_queries, d_model)
        """
        q = self._split(self.queries.unsqueeze(0).expand(x.size(0), -1, -1))
        k = self._split(self.key(x))
        v = self._split(self.value(x))
        score = q @ k.transpose(-1, -2) / math.sqrt(q.size(-1))
        if key_padding_mask is not None:
            score = score.masked_fill(key_padding_mask[:, None, None, :], float("-inf"))
        pooled = score.softmax(dim=-1) @ v
        pooled = pooled.transpose(1, 2).flatten(2)
        return self.out(pooled)


class StatsPool(nn.Module):
    def forward(self, x, lengths):
        """Mean and deviation over the true length.

        :param x: frames, shape (batch, time, features)
        :type x: torch.FloatTensor
        :param lengths: valid frames of each row, shape (batch,)
        :type lengths: torch.LongTensor
        :returns: shape (batch, 2 * features)
        """
        steps = torch.arange(x.size(1), device=x.device)
        mask = (steps[None, :] < lengths[:, None]).unsqueeze(-1).to(x.dtype)
        n = mask.sum(1).clamp(min=1)
        mean = (x * mask).sum(1) / n
        var = ((x - mean.unsqueeze(1)) ** 2 * mask).sum(1) / n
        return torch.cat([mean, (var + 1e-6).sqrt()], dim=-1)
