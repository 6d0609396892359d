"""Small model zoo built from configuration."""
import torch
import torch.nn as nn

REGISTRY = {}


def register(cls):
    REGISTRY[cls.__name__.lower()] = cls
    return cls


@register
class Plain(nn.Module):
    def __init__(self, cin, cout, **_):
        super().__init__()
        self.op = nn.Sequential(nn.Conv2d(cin, cout, 3, padding=1), nn.BatchNorm2d(cout), nn.ReLU())
        self.out_channels = cout

    def forward(self, x):
        return self.op(x)


@register
class Shuffle(nn.Module):
    def __init__(self, cin, cout, factor=2):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout * factor ** 2, 3, padding=1)
        self.shuffle = nn.PixelShuffle(factor)
        self.out_channels = cout * factor ** 2

    def forward(self, x):
        return torch.relu(self.shuffle(self.conv(x)))


@register
class Split(nn.Module):
    def __init__(self, cin, cout, **_):
        super().__init__()
        self.left = nn.Conv2d(cin, cout // 2, 1)
        self.right = nn.Conv2d(cin, cout // 2, 3, padding=1)
        self.out_channels = cout

    def forward(self, x):
        return torch.cat([self.left(x), self.right(x)], 1)


def build(config, channels=3):
    stages = []
    for item in config["stages"]:
        kw = dict(item)
        stage = REGISTRY[kw.pop("type")](channels, **kw)
        channels = stage.out_channels
        stages.append(stage)
    stages.append(nn.Conv2d(channels, config["out"], 1))
    return nn.Sequential(*stages)


config = {
    "stages": [
        {"type": "plain", "cout": 12},
        {"type": "shuffle", "cout": 8, "factor": 2},
        {"type": "split", "cout": 16},
    ],
    "out": 3,
}

if __name__ == "__main__":
    model = build(config)
    low = torch.rand(2, 3, 12, 12)
    high = torch.rand(2, 3, 24, 24)
    opt = torch.optim.Adam(model.parameters())
    for i in range(2):
        loss = nn.functional.l1_loss(model(low), high)
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(i, loss.item())
