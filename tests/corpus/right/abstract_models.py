import abc
import torch
import torch.nn as nn


class Describe:
    @property
    def n_params(self):
        return sum(p.numel() for p in self.parameters() if p.requires_grad)

    def summary(self):
        return "%s with %d parameters" % (type(self).__name__, self.n_params)


class Regulariser:
    lam = 1e-3

    def penalty(self):
        return self.lam * sum((p ** 2).sum() for p in self.parameters())


class Model(nn.Module, abc.ABC):
    def __init__(self):
        super().__init__()
        self.steps = 0

    @abc.abstractmethod
    def features(self, x):
        ...

    @abc.abstractmethod
    def head(self, h):
        raise NotImplementedError

    @property
    @abc.abstractmethod
    def input_shape(self):
        ...

    def forward(self, x):
        if x.dim() == len(self.input_shape):
            x = x.unsqueeze(0)
        if tuple(x.shape[1:]) != tuple(self.input_shape):
            raise ValueError(f"expected {self.input_shape}, got {tuple(x.shape[1:])}")
        self.steps += 1
        return self.head(self.features(x))

    def example(self, n=2):
        return torch.zeros(n, *self.input_shape)


class Vision(Describe, Regulariser, Model):
    input_shape = (3, 24, 24)

    def __init__(self, classes=4):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 4, stride=4)
        self.lin = nn.Linear(6 * 6 * 6, classes)

    def features(self, x):
        return self.conv(x).relu()

    def head(self, h):
        return self.lin(h.flatten(1))


class Tabular(Describe, Model):
    def __init__(self, n_num=5, cards=(3, 10)):
        super().__init__()
        self.n_num = n_num
        self.emb = nn.ModuleList([nn.Embedding(c, min(50, (c + 1) // 2)) for c in cards])
        width = sum(e.embedding_dim for e in self.emb) + n_num
        self.bn = nn.BatchNorm1d(n_num)
        self.mlp = nn.Sequential(nn.Linear(width, 16), nn.ReLU(), nn.Linear(16, 1))

    @property
    def input_shape(self):
        return (self.n_num + len(self.emb),)

    def features(self, x):
        cats = x[:, self.n_num:].long()
        nums = self.bn(x[:, :self.n_num])
        embedded = [e(cats[:, i]) for i, e in enumerate(self.emb)]
        return torch.cat(embedded + [nums], 1)

    def head(self, h):
        return self.mlp(h).squeeze(-1)


class Doubled(Vision):
    def head(self, h):
        once = super().head(h)
        return torch.cat([once, -once], dim=-1)


try:
    Model()
except TypeError as e:
    print("cannot be made:", e)

for cls in (Vision, Tabular, Doubled):
    m = cls()
    out = m(m.example())
    if isinstance(m, Regulariser):
        out = out + m.penalty()
    print(m.summary(), tuple(out.shape))

v = Vision()
print(v(torch.rand(3, 24, 24)).shape)
try:
    v(torch.rand(1, 3, 25, 24))
except ValueError as why:
    print("refused:", why)
print(v.steps)
