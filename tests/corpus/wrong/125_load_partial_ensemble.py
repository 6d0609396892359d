import torch
import torch.nn as nn
from collections import OrderedDict


class ConvStem(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.stem = nn.Sequential(OrderedDict([
            ("conv", nn.Conv2d(channels, 8, 3, padding=1)),
            ("norm", nn.BatchNorm2d(8)),
            ("act", nn.ReLU()),
        ]))

    def forward(self, x):
        return self.stem(x)


class Satellite(nn.Module):
    """red, green, blue and near infra-red"""

    def __init__(self, bands):
        super().__init__()
        self.encoder = ConvStem(bands)
        self.head = nn.Conv2d(8, 5, 1)

    def forward(self, x):
        return self.head(self.encoder(x))


def average(models):
    keys = models[0].state_dict().keys()
    return OrderedDict((k, torch.stack([m.state_dict()[k].float() for m in models]).mean(0)) for k in keys)


rgb = [Satellite(3) for _ in range(3)]
for m in rgb:
    opt = torch.optim.SGD(m.parameters(), lr=0.1)
    loss = m(torch.rand(2, 3, 16, 16)).pow(2).mean()
    loss.backward()
    opt.step()

soup = average(rgb)
rgbn = Satellite(4)
for name, value in soup.items():
    target = rgbn.state_dict()[name]
    if name.endswith("conv.weight"):
        target.copy_(value)
    else:
        target.copy_(value)
print(rgbn(torch.rand(1, 4, 16, 16)).shape)
