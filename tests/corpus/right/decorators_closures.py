import functools
import time
from contextlib import contextmanager

import torch
import torch.nn as nn
import torch.nn.functional as F


def timed(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        t0 = time.time()
        out = fn(*args, **kwargs)
        wrapper.total += time.time() - t0
        return out
    wrapper.total = 0.0
    return wrapper


def repeat(times):
    def deco(fn):
        @functools.wraps(fn)
        def inner(*a, **k):
            results = [fn(*a, **k) for _ in range(times)]
            return torch.stack(results).mean(0)
        return inner
    return deco


def check_shapes(*expected):
    """each of expected is a tuple with None for anything"""
    def deco(fn):
        def inner(self, *tensors):
            for t, e in zip(tensors, expected):
                assert t.dim() == len(e), f"{t.shape} against {e}"
                for have, want in zip(t.shape, e):
                    assert want is None or have == want, f"{t.shape} against {e}"
            return fn(self, *tensors)
        return inner
    return deco


@functools.lru_cache(maxsize=None)
def causal_mask(n):
    return torch.triu(torch.full((n, n), float("-inf")), diagonal=1)


@contextmanager
def evaluating(model):
    was = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield model
    finally:
        model.train(was)


class Net(nn.Module):
    def __init__(self, act=F.relu):
        super().__init__()
        self.q = nn.Linear(8, 8)
        self.drop = nn.Dropout(0.5)
        self.act = act
        self.inner = functools.partial(F.layer_norm, normalized_shape=(8,))

    @timed
    @check_shapes((None, None, 8))
    def forward(self, x):
        n = x.shape[1]
        q = self.q(self.inner(x))
        att = (q @ x.transpose(1, 2)) / 8 ** 0.5 + causal_mask(n)
        return self.act(self.drop(att.softmax(-1) @ x))

    @staticmethod
    @repeat(4)
    def noisy(x, sigma=0.1):
        return x + sigma * torch.randn_like(x)


def make_loss(kind, **kw):
    base = {"l1": F.l1_loss, "l2": F.mse_loss, "huber": F.smooth_l1_loss}[kind]
    return functools.partial(base, **kw)


def make_counter():
    n = 0
    def bump(k=1):
        nonlocal n
        n += k
        return n
    return bump


leaky = functools.partial(F.leaky_relu, negative_slope=0.2)
counter = make_counter()
for act in (F.relu, leaky, lambda t: t * torch.sigmoid(t)):
    net = Net(act)
    for n in (3, 5, 3):
        x = net.noisy(torch.randn(2, n, 8))
        y = net(x)
        loss = make_loss("huber", beta=0.5)(y, x) + make_loss("l1", reduction="sum")(y, x)
        loss.backward()
        counter(x.numel())
    with evaluating(net) as frozen:
        z = frozen(x)
    assert net.training and not z.requires_grad
print(counter(0), causal_mask.cache_info().hits, causal_mask(4), Net.forward.total > 0)

scale_then_shift = functools.reduce(lambda f, g: lambda x: g(f(x)), [lambda x: x * 2, lambda x: x + 1, torch.tanh])
print(scale_then_shift(torch.zeros(3)))
