import torch
import torch.nn as nn


class DoubleConv(nn.Module):
    """(conv => BN => ReLU) twice"""

    def __init__(self, in_ch, out_ch):
        super().__init__()
        self.seq = nn.Sequential(
            nn.Conv2d(in_ch, out_ch, 3, padding=1),
            nn.BatchNorm2d(out_ch),
            nn.ReLU(),
            nn.Conv2d(out_ch, out_ch, 3, padding=1),
            nn.BatchNorm2d(out_ch),
            nn.ReLU(),
        )

    def forward(self, x):
        """(N, in_ch, H, W) -> (N, out_ch, H, W)"""
        return self.seq(x)


class Up(nn.Module):
    def __init__(self, in_ch, out_ch):
        super().__init__()
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.conv = DoubleConv(in_ch, out_ch)

    def forward(self, low, skip):
        """low (N, C1, H/2, W/2), skip (N, C2, H, W), C1 + C2 = in_ch -> (N, out_ch, H, W)"""
        return self.conv(torch.cat([skip, self.up(low)], dim=1))


class UNet(nn.Module):
    """U-Net with three scales.

    Args:
        n_channels: planes of the picture
        n_classes: number of classes
    """

    def __init__(self, n_channels, n_classes):
        super().__init__()
        self.inc = DoubleConv(n_channels, 8)
        self.down1 = nn.Sequential(nn.MaxPool2d(2), DoubleConv(8, 16))
        self.down2 = nn.Sequential(nn.MaxPool2d(2), DoubleConv(16, 32))
        self.up1 = Up(32, 16)
        self.up2 = Up(24, 8)
        self.outc = nn.Conv2d(16, n_classes, 1)

    def forward(self, x):
        """
        Args:
            x: picture, (N, n_channels, H, W), H and W divisible by 4

        Returns:
            scores, (N, n_classes, H, W)
        """
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        y = self.up1(x3, x2)
        y = self.up2(y, x1)
        return self.outc(y)
