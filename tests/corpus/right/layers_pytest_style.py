import copy

import pytest
import torch
from torch import nn


class MaxoutLinear(nn.Module):
    def __init__(self, d_in, d_out, pool=3):
        super().__init__()
        self.d_out, self.pool = d_out, pool
        self.lin = nn.Linear(d_in, d_out * pool)

    def forward(self, x):
        shape = list(x.size())
        shape[-1] = self.d_out
        shape.append(self.pool)
        return self.lin(x).view(*shape).max(-1).values


class RevIN(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.gain = nn.Parameter(torch.ones(features))
        self.shift = nn.Parameter(torch.zeros(features))

    def forward(self, x, mode):
        if mode == "norm":
            self.mean = x.mean(1, keepdim=True).detach()
            self.std = torch.sqrt(x.var(1, keepdim=True, unbiased=False) + self.eps).detach()
            return (x - self.mean) / self.std * self.gain + self.shift
        if mode == "denorm":
            return (x - self.shift) / (self.gain + self.eps ** 2) * self.std + self.mean
        raise NotImplementedError(mode)


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return MaxoutLinear(6, 4)


@pytest.mark.parametrize("lead", [(), (3,), (2, 5), (2, 1, 7)])
def test_keeps_leading_dimensions(layer, lead):
    y = layer(torch.randn(*lead, 6))
    assert y.shape == (*lead, 4)


def test_wrong_width_is_refused(layer):
    with pytest.raises(RuntimeError):
        layer(torch.randn(3, 5))


def test_gradient_reaches_every_row(layer):
    x = torch.randn(10, 6, requires_grad=True)
    layer(x).sum().backward()
    assert x.grad.shape == x.shape
    assert (x.grad.abs().sum(1) > 0).all()


def test_revin_round_trip():
    norm = RevIN(3)
    x = torch.randn(4, 20, 3) * 5 + 2
    z = norm(x, "norm")
    assert torch.allclose(z.mean(1), torch.zeros(4, 3), atol=1e-4)
    back = norm(z, "denorm")
    torch.testing.assert_close(back, x, rtol=1e-3, atol=1e-3)
    with pytest.raises(NotImplementedError, match="other"):
        norm(x, "other")


def test_copy_is_independent(layer):
    twin = copy.deepcopy(layer)
    with torch.no_grad():
        twin.lin.weight.add_(1)
    assert not torch.equal(twin.lin.weight, layer.lin.weight)
    x = torch.ones(1, 6)
    assert (twin(x) != layer(x)).any()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_gpu(layer):
    y = layer.cuda()(torch.randn(2, 6).cuda())
    assert y.is_cuda


def test_batchnorm_needs_more_than_one_value():
    bn = nn.BatchNorm1d(4)
    with pytest.raises(ValueError):
        bn(torch.randn(1, 4))
    bn.eval()
    assert bn(torch.randn(1, 4)).shape == (1, 4)


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__, "-q", "-p", "no:cacheprovider"]))
