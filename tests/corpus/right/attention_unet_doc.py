import torch
from torch import Tensor, nn


def conv_block(ch_in: int, ch_out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(ch_in, ch_out, 3, 1, 1, bias=False),
        nn.InstanceNorm2d(ch_out, affine=True),
        nn.LeakyReLU(0.01, inplace=True),
        nn.Conv2d(ch_out, ch_out, 3, 1, 1, bias=False),
        nn.InstanceNorm2d(ch_out, affine=True),
        nn.LeakyReLU(0.01, inplace=True),
    )


class AttentionGate(nn.Module):
    """Lets the deep signal decide what passes through a skip connection."""

    def __init__(self, gate_channels: int, skip_channels: int, inner: int):
        super().__init__()
        self.W_g = nn.Conv2d(gate_channels, inner, 1)
        self.W_x = nn.Conv2d(skip_channels, inner, 1)
        self.psi = nn.Sequential(nn.ReLU(), nn.Conv2d(inner, 1, 1), nn.Sigmoid())

    def forward(self, g: Tensor, x: Tensor) -> Tensor:
        """Gate the skip.

        Args:
            g: Gating signal of shape (B, gate_channels, H, W).
            x: Skip features of shape (B, skip_channels, H, W).

        Returns:
            Tensor of shape (B, skip_channels, H, W).
        """
        return x * self.psi(self.W_g(g) + self.W_x(x))


class AttentionUNet(nn.Module):
    """Segmentation with gated skips.

    Args:
        in_channels: Channels of the scan.
        num_classes: Classes, background included.
        features: Width at every depth.
    """

    def __init__(self, in_channels: int = 1, num_classes: int = 3, features: tuple[int, ...] = (8, 16, 32)):
        super().__init__()
        self.encoders = nn.ModuleList()
        c = in_channels
        for f in features:
            self.encoders.append(conv_block(c, f))
            c = f
        self.pool = nn.MaxPool2d(2)
        self.ups, self.gates, self.decoders = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for deep, shallow in zip(features[:0:-1], features[-2::-1]):
            self.ups.append(nn.ConvTranspose2d(deep, shallow, 2, 2))
            self.gates.append(AttentionGate(shallow, shallow, max(shallow // 2, 1)))
            self.decoders.append(conv_block(2 * shallow, shallow))
        self.heads = nn.ModuleList(nn.Conv2d(f, num_classes, 1) for f in features[-2::-1])

    def forward(self, scan: Tensor) -> list[Tensor]:
        """Segment a scan at every scale.

        Args:
            scan: Input of shape (B, in_channels, 64, 48).

        Returns:
            Logits, the finest last: (B, num_classes, 32, 24), (B, num_classes, 64, 48).
        """
        skips: list[Tensor] = []
        x = scan
        for i, enc in enumerate(self.encoders):
            x = enc(x)
            if i < len(self.encoders) - 1:
                skips.append(x)
                x = self.pool(x)
        outputs: list[Tensor] = []
        for up, gate, dec, head, skip in zip(self.ups, self.gates, self.decoders, self.heads, reversed(skips)):
            x = up(x)
            x = dec(torch.cat([gate(x, skip), x], dim=1))
            outputs.append(head(x))
        return outputs
