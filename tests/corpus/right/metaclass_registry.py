import torch
from torch import nn


class AutoRegister(type):
    registry = {}

    def __new__(mcs, name, bases, ns, **kw):
        cls = super().__new__(mcs, name, bases, ns)
        key = ns.get("name")
        if key:
            mcs.registry[key] = cls
        return cls


class Block(nn.Module, metaclass=AutoRegister):
    name = None

    def out_channels(self, c):
        return c


class Plain(Block):
    name = "conv"

    def __init__(self, c, k=3):
        super().__init__()
        self.op = nn.Sequential(nn.Conv2d(c, c, k, padding=k // 2, bias=False), nn.BatchNorm2d(c), nn.ReLU6(inplace=True))

    def forward(self, x):
        return self.op(x)


class Inverted(Block):
    name = "mb"

    def __init__(self, c, t=4, stride=1, grow=0):
        super().__init__()
        hidden = c * t
        self.grow = grow
        self.skip = stride == 1 and grow == 0
        self.op = nn.Sequential(
            nn.Conv2d(c, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6(),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False), nn.BatchNorm2d(hidden), nn.ReLU6(),
            nn.Conv2d(hidden, c + grow, 1, bias=False), nn.BatchNorm2d(c + grow),
        )

    def out_channels(self, c):
        return c + self.grow

    def forward(self, x):
        return x + self.op(x) if self.skip else self.op(x)


class Shuffle(Block):
    name = "shuffle"

    def __init__(self, c, groups=2):
        super().__init__()
        self.groups = groups

    def forward(self, x):
        n, c, h, w = x.data.size()
        x = x.view(n, self.groups, c // self.groups, h, w)
        x = torch.transpose(x, 1, 2).contiguous()
        return x.view(n, -1, h, w)


class Squeeze(Block):
    name = "se"

    def __init__(self, c, r=4):
        super().__init__()
        self.fc = nn.Sequential(nn.Conv2d(c, max(1, c // r), 1), nn.SiLU(), nn.Conv2d(max(1, c // r), c, 1))

    def forward(self, x):
        s = x.mean(dim=(-2, -1), keepdim=True)
        return x * self.fc(s).sigmoid()


class SqueezeSpatial(Squeeze):
    name = "sse"

    def __init__(self, c, r=4):
        super().__init__(c, r)
        self.spatial = nn.Conv2d(c, 1, 1)

    def forward(self, x):
        return torch.max(super().forward(x), x * torch.sigmoid(self.spatial(x)))


def from_spec(spec, c_in=3, width=8):
    """'conv | mb:t=2,grow=4 | se'"""
    layers = [nn.Conv2d(c_in, width, 3, 2, 1)]
    c = width
    for item in spec.split("|"):
        kind, _, rest = item.strip().partition(":")
        kw = {k: int(v) for k, v in (p.split("=") for p in rest.split(",") if p)}
        block = AutoRegister.registry[kind](c, **kw)
        c = block.out_channels(c)
        layers.append(block)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 5))


for spec in ("conv | conv:k=5", "mb:t=2,grow=4 | se | shuffle:groups=4", "conv|mb:stride=2|sse:r=2|mb"):
    net = from_spec(spec)
    y = net(torch.randn(2, 3, 32, 32))
    print(f"{spec:45s} {tuple(y.shape)} {sum(p.numel() for p in net.parameters()):6d}")

Dynamic = type("Dynamic", (Block,), {"name": "dyn", "__init__": lambda self, c: Block.__init__(self), "forward": lambda self, x: x * 2})
print(sorted(AutoRegister.registry), from_spec("dyn|dyn")(torch.randn(1, 3, 8, 8)).shape)
try:
    from_spec("conv | wat")
except KeyError as missing:
    print("no block called", missing)
