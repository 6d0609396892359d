import torch.nn as nn
import torch.nn.functional as F


class BasicBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut."""

    def __init__(self, in_planes, planes, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_planes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = nn.Identity()
        if stride != 1 or in_planes != planes:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_planes, planes, 1, stride=stride, bias=False),
                nn.BatchNorm2d(planes),
            )

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return F.relu(out + self.shortcut(x))


class ResidualStage(nn.Module):
    """One stage of a residual network.

    Args:
        in_planes (int): channels of the input
        planes (int): channels of every block
        n_blocks (int): how many blocks
    """

    def __init__(self, in_planes, planes, n_blocks=3):
        super().__init__()
        blocks = []
        for i in range(n_blocks):
            stride = 2 if i == 0 else 1
            blocks.append(BasicBlock(in_planes, planes, stride))

        self.blocks = nn.Sequential(*blocks)

    def forward(self, feats):
        """
        Args:
            feats (Tensor): feature maps of shape (B, in_planes, H, W)

        Returns:
            Tensor: shape (B, planes, H/2, W/2)
        """
        return self.blocks(feats)
