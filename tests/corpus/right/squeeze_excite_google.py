import torch
import torch.nn as nn


class SqueezeExcite(nn.Module):
    """Channel attention.

    Args:
        channels (int): number of channels of the feature map.
        reduction (int): how far the bottleneck shrinks.
    """

    def __init__(self, channels=64, reduction=16):
        super().__init__()
        hidden = max(channels // reduction, 4)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Linear(channels, hidden)
        self.fc2 = nn.Linear(hidden, channels)

    def forward(self, x):
        """Scale every channel by a learned gate.

        Args:
            x (torch.Tensor): feature map of shape (B, channels, H, W)

        Returns:
            torch.Tensor: gated feature map of shape (B, channels, H, W)
        """
        b, c, _, _ = x.shape
        s = self.pool(x).view(b, c)
        s = torch.relu(self.fc1(s))
        s = torch.sigmoid(self.fc2(s))
        return x * s.view(b, c, 1, 1)


class SpatialGate(nn.Module):
    def __init__(self, kernel_size=7):
        super().__init__()
        self.conv = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)

    def forward(self, x):
        """
        Args:
            x: (B, C, H, W)

        Returns:
            (B, C, H, W)
        """
        avg = x.mean(dim=1, keepdim=True)
        mx, _ = x.max(dim=1, keepdim=True)
        gate = torch.sigmoid(self.conv(torch.cat([avg, mx], dim=1)))
        return x * gate


class CBAM(nn.Module):
    """Channel gate, then spatial gate."""

    def __init__(self, channels=64):
        super().__init__()
        self.channel = SqueezeExcite(channels)
        self.spatial = SpatialGate()

    def forward(self, x):
        """Apply both gates.

        Args:
            x: Input, shape (N, channels, H, W).

        Returns:
            Output, same shape as the input.
        """
        return x + self.spatial(self.channel(x))
