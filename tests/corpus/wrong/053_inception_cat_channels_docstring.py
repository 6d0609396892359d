import torch
from torch import nn


class Inception(nn.Module):
    """Four branches side by side, joined along the channels.

    Input: (N, c_in, H, W). Output: (N, c1 + c2 + c3 + c4, H, W).
    """

    def __init__(self, c_in, c1, c2, c3, c4):
        super().__init__()
        self.branch1 = nn.Conv2d(c_in, c1, 1)
        self.branch2 = nn.Sequential(nn.Conv2d(c_in, c2 // 2, 1), nn.ReLU(), nn.Conv2d(c2 // 2, c2, 3, padding=1))
        self.branch3 = nn.Sequential(nn.Conv2d(c_in, c3 // 2, 1), nn.ReLU(), nn.Conv2d(c3 // 2, c3, 5, padding=1))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(c_in, c4, 1))

    def forward(self, x):
        outs = [branch(x) for branch in (self.branch1, self.branch2, self.branch3, self.branch4)]
        return torch.relu(torch.cat(outs, dim=1))


class InceptionNet(nn.Module):
    def __init__(self, n_classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU())
        self.mix1 = Inception(16, 8, 8, 8, 8)
        self.mix2 = Inception(32, 16, 16, 8, 8)
        self.out = nn.Linear(48, n_classes)

    def forward(self, images):
        """Classify.

        :param images: pictures, ``(N, 3, H, W)``
        :type images: torch.FloatTensor
        :returns: logits, ``(N, n_classes)``
        """
        z = self.mix2(self.mix1(self.stem(images)))
        return self.out(z.mean(dim=[2, 3]))
