"""Wrappers that pass attributes through, the way DataParallel look-alikes do."""
import types
import torch
from torch import nn


class Parallel(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module
        self.calls = 0

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.module, name)

    def forward(self, *args, **kwargs):
        self.calls += 1
        return self.module(*args, **kwargs)


class AttrDict(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


class Stack(nn.Module):
    def __init__(self, hp):
        super().__init__()
        self.hp = hp
        for i in range(hp.depth):
            setattr(self, f"layer{i}", nn.Linear(hp.width if i else hp.n_in, hp.width))
            self.add_module("norm%d" % i, nn.LayerNorm(hp.width))
        self.head = nn.Linear(hp.width, hp.n_out)

    def forward(self, x, return_all=False):
        states = []
        for i in range(self.hp.depth):
            x = getattr(self, f"layer{i}")(x)
            x = torch.tanh(self._modules[f"norm{i}"](x))
            states.append(x)
        out = self.head(x)
        return (out, torch.stack(states, dim=1)) if return_all else out

    def __len__(self):
        return self.hp.depth

    def __getitem__(self, i):
        return getattr(self, f"layer{i}")


hp = AttrDict(n_in=7, width=20, depth=3, n_out=2)
hp.lr = 0.1
net = Parallel(Stack(hp))
out, states = net(torch.randn(4, 7), return_all=True)
print(out.shape, states.shape, net.hp.depth, net.head.out_features, len(net.module), net.module[1].weight.shape)


def masked_forward(self, x, keep):
    h = torch.tanh(self.norm0(self.layer0(x)))
    return self.head(h * keep)


net.module.masked_forward = types.MethodType(masked_forward, net.module)
keep = (torch.arange(20) % 2 == 0).float()
print(net.masked_forward(torch.randn(5, 7), keep).shape)


class LazyProperty:
    def __init__(self, fn):
        self.fn = fn
        self.name = fn.__name__

    def __get__(self, obj, owner):
        if obj is None:
            return self
        value = self.fn(obj)
        obj.__dict__[self.name] = value
        return value


class Kernel:
    def __init__(self, size):
        self.size = size

    @LazyProperty
    def gaussian(self):
        r = torch.arange(self.size) - self.size // 2
        g = torch.exp(-(r.float() ** 2) / 2)
        k = g[:, None] * g[None, :]
        return k / k.sum()

    def __call__(self, img):
        c = img.shape[1]
        w = self.gaussian.expand(c, 1, self.size, self.size)
        return nn.functional.conv2d(img, w, padding=self.size // 2, groups=c)


blur = Kernel(5)
print(blur(torch.rand(2, 3, 9, 9)).shape, "gaussian" in vars(blur))
with torch.no_grad():
    for p in net.parameters():
        p.sub_(hp.lr * torch.randn_like(p))
