import torch
import torch.nn as nn


class EdgeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_a = nn.Conv2d(3, 8, 3, padding=1)
        self.conv_b = nn.Conv2d(8, 16, 3, padding=1)
        self.side = nn.Conv2d(16, 1, 1)
        self.fuse = nn.Conv2d(2, 1, 1)
        self.score = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        a = torch.relu(self.conv_a(x))
        b = torch.relu(self.conv_b(a))
        maps = torch.cat([self.side(a), self.score(b)], dim=1)
        return torch.sigmoid(self.fuse(maps))


def smoke_test():
    net = EdgeNet()
    for size in (16, 32):
        try:
            out = net(torch.rand(1, 3, size, size))
            print(size, out.shape)
        except RuntimeError as e:
            print("failed for", size, e)


if __name__ == "__main__":
    smoke_test()
