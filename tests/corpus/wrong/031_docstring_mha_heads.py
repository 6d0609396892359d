from typing import Optional

import torch
from torch import Tensor, nn


class CrossAttention(nn.Module):
    """Lets a sequence look at another one.

    Parameters
    ----------
    dim : int
        width of both sequences
    num_heads : int
    """

    def __init__(self, dim: int, num_heads: int = 4, dropout: float = 0.0):
        super().__init__()
        self.num_heads = num_heads
        self.scale = (dim // num_heads) ** -0.5
        self.to_q = nn.Linear(dim, dim)
        self.to_kv = nn.Linear(dim, 2 * dim)
        self.drop = nn.Dropout(dropout)
        self.to_out = nn.Linear(dim, dim)

    def _heads(self, t: Tensor) -> Tensor:
        b, n, d = t.shape
        return t.reshape(b, n, self.num_heads, d // self.num_heads).transpose(1, 2)

    def forward(self, query: Tensor, memory: Tensor, padding: Optional[Tensor] = None) -> Tensor:
        """
        Parameters
        ----------
        query : Tensor
            shape (batch, tgt_len, dim)
        memory : Tensor
            shape (batch, src_len, dim)
        padding : Tensor, optional
            bool, shape (batch, src_len), True where there is padding

        Returns
        -------
        Tensor
            shape (batch, tgt_len, dim)
        """
        q = self._heads(self.to_q(query))
        k, v = self.to_kv(memory).chunk(2, dim=-1)
        k, v = self._heads(k), self._heads(v)
        attn = torch.matmul(q, k.transpose(-1, -2)) * self.scale
        if padding is not None:
            attn = attn.masked_fill(padding[:, None, :, None], float("-inf"))
        attn = self.drop(attn.softmax(dim=-1))
        out = torch.matmul(attn, v).transpose(1, 2).flatten(2)
        return self.to_out(out)
