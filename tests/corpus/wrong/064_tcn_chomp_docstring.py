import torch.nn as nn
from torch import Tensor
from torch.nn.utils import parametrizations


class Chomp1d(nn.Module):
    def __init__(self, chomp_size: int):
        super().__init__()
        self.chomp_size = chomp_size

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, : -self.chomp_size].contiguous()


class TemporalBlock(nn.Module):
    """Residual block of two dilated causal convolutions.

    Args:
        n_inputs: channels in.
        n_outputs: channels out.
        kernel_size: width of the filters.
        dilation: distance of the taps.
    """

    def __init__(self, n_inputs: int, n_outputs: int, kernel_size: int, dilation: int = 1, dropout: float = 0.2):
        super().__init__()
        padding = (kernel_size - 1) * dilation
        self.conv1 = parametrizations.weight_norm(
            nn.Conv1d(n_inputs, n_outputs, kernel_size, padding=padding, dilation=dilation)
        )
        self.chomp1 = Chomp1d(padding)
        self.conv2 = parametrizations.weight_norm(
            nn.Conv1d(n_outputs, n_outputs, kernel_size, padding=padding, dilation=dilation)
        )
        self.act = nn.ReLU()
        self.drop = nn.Dropout(dropout)
        self.downsample = nn.Conv1d(n_inputs, n_outputs, 1) if n_inputs != n_outputs else None

    def forward(self, x: Tensor) -> Tensor:
        """
        Args:
            x: sequence of shape [batch, n_inputs, time]

        Returns:
            sequence of shape [batch, n_outputs, time]
        """
        out = self.drop(self.act(self.chomp1(self.conv1(x))))
        out = self.drop(self.act(self.conv2(out)))
        res = x if self.downsample is None else self.downsample(x)
        return self.act(out + res)
