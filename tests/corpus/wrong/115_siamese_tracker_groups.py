import torch
import torch.nn as nn
import torch.nn.functional as F


class AlexLike(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(3, 12, 5, 2), nn.BatchNorm2d(12), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2))
        self.conv2 = nn.Sequential(nn.Conv2d(12, 24, 3, groups=2), nn.BatchNorm2d(24), nn.ReLU(inplace=True))
        self.conv3 = nn.Conv2d(24, 16, 3)

    def forward(self, x):
        return self.conv3(self.conv2(self.conv1(x)))


def xcorr(z, x):
    """depth-wise correlation of template z with search region x"""
    n, c, h, w = x.size()
    x = x.view(1, n * c, h, w)
    out = F.conv2d(x, z, groups=n)
    return out.view(n, -1, out.size(-2), out.size(-1))


class SiamFC(nn.Module):
    def __init__(self):
        super().__init__()
        self.feature = AlexLike()
        self.adjust = nn.Conv2d(16, 1, 1)

    def forward(self, z, x):
        score = xcorr(self.feature(z), self.feature(x))
        return self.adjust(score)


net = SiamFC()
opt = torch.optim.SGD(net.parameters(), lr=0.01)
for i in range(2):
    template, search = torch.rand(4, 3, 39, 39), torch.rand(4, 3, 63, 63)
    response = net(template, search)
    label = torch.zeros_like(response)
    label[:, :, response.size(2) // 2, response.size(3) // 2] = 1
    loss = F.binary_cross_entropy_with_logits(response, label)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(response.shape, loss.item())
