import torch
import torch.nn as nn


class SqueezeExcite(nn.Module):
    """Channel attention.

    Shape:
        - x: (N, C, H, W)
        - output: (N, C, H, W)
    """

    def __init__(self, channels: int, reduction: int = 4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channels, channels // reduction),
            nn.ReLU(),
            nn.Linear(channels // reduction, channels),
            nn.Sigmoid(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        w = self.fc(self.pool(x))
        return x * w


class SEBottleneck(nn.Module):
    """Bottleneck with channel attention.

    Shape:
        - x: (N, C, H, W)
        - output: (N, C, H, W)
    """

    def __init__(self, channels: int):
        super().__init__()
        mid = channels // 2
        self.reduce = nn.Conv2d(channels, mid, 1)
        self.conv = nn.Conv2d(mid, mid, 3, padding=1)
        self.expand = nn.Conv2d(mid, channels, 1)
        self.se = SqueezeExcite(channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = torch.relu(self.reduce(x))
        out = torch.relu(self.conv(out))
        return x + self.se(self.expand(out))
