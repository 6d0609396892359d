import torch
import torch.nn as nn
from torch import Tensor


class Expert(nn.Module):
    """Two layers.

    Args:
        d_model (int): width
        d_hidden (int): width inside
    """

    def __init__(self, d_model: int, d_hidden: int):
        super().__init__()
        self.up = nn.Linear(d_model, d_hidden)
        self.gate = nn.Linear(d_model, d_hidden // 2)
        self.down = nn.Linear(d_hidden, d_model)

    def forward(self, x: Tensor) -> Tensor:
        """
        Args:
            x (Tensor): [tokens, d_model]

        Returns:
            Tensor: [tokens, d_model]
        """
        return self.down(torch.nn.functional.silu(self.gate(x)) * self.up(x))


class MixtureOfExperts(nn.Module):
    """Soft mixture of experts.

    Args:
        d_model (int): width of a token
        n_experts (int): number of experts
    """

    def __init__(self, d_model: int, n_experts: int):
        super().__init__()
        self.router = nn.Linear(d_model, n_experts)
        self.experts = nn.ModuleList([Expert(d_model, 4 * d_model) for _ in range(n_experts)])

    def forward(self, x: Tensor) -> Tensor:
        """
        Args:
            x (Tensor): [batch, tokens, d_model]

        Returns:
            Tensor: [batch, tokens, d_model]
        """
        b, t, d = x.shape
        flat = x.reshape(b * t, d)
        weights = self.router(flat).softmax(dim=-1)
        outs = torch.stack([e(flat) for e in self.experts], dim=1)
        mixed = torch.bmm(weights, outs)
        return mixed.view(b, t, d)
