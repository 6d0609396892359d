import numpy as np
import torch
from torch import nn, distributions


class CouplingLayer(nn.Module):
    def __init__(self, mask, hidden=32):
        super().__init__()
        self.register_buffer('mask', mask)
        dim = mask.numel()
        self.s = nn.Sequential(nn.Linear(dim, hidden), nn.LeakyReLU(), nn.Linear(hidden, dim), nn.Tanh())
        self.t = nn.Sequential(nn.Linear(dim, hidden), nn.LeakyReLU(), nn.Linear(hidden, dim))

    def forward(self, z):
        z_ = z * self.mask
        s = self.s(z_) * (1 - self.mask)
        t = self.t(z_) * (1 - self.mask)
        return z_ + (1 - self.mask) * (z * torch.exp(s) + t)

    def inverse(self, x):
        x_ = x * self.mask
        s = self.s(x_) * (1 - self.mask)
        t = self.t(x_) * (1 - self.mask)
        z = (1 - self.mask) * (x - t) * torch.exp(-s) + x_
        return z, -s.sum(dim=1)


class RealNVP(nn.Module):
    def __init__(self, masks, prior):
        super().__init__()
        self.prior = prior
        self.layers = nn.ModuleList([CouplingLayer(m) for m in masks])

    def f(self, x):
        log_det = x.new_zeros(x.shape[0])
        for layer in reversed(self.layers):
            x, ld = layer.inverse(x)
            log_det += ld
        return x, log_det

    def g(self, z):
        for layer in self.layers:
            z = layer(z)
        return z

    def log_prob(self, x):
        z, logp = self.f(x)
        return self.prior.log_prob(z) + logp

    def sample(self, n):
        z = self.prior.sample((n,))
        return self.g(z)


def two_moons(n):
    angle = np.pi * np.random.rand(n)
    upper = np.random.rand(n) > 0.5
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle))
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle))
    pts = np.stack([x, y], axis=1) + 0.05 * np.random.randn(n, 2)
    return pts.astype(np.float32)


masks = torch.from_numpy(np.array([[0, 1], [1, 0]] * 3).astype(np.float32))
prior = distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))
flow = RealNVP(masks, prior)
optimizer = torch.optim.Adam([p for p in flow.parameters() if p.requires_grad], lr=1e-3)

for t in range(21):
    noisy_moons = two_moons(100)
    loss = -flow.log_prob(torch.from_numpy(noisy_moons)).mean()
    optimizer.zero_grad()
    loss.backward(retain_graph=True)
    optimizer.step()
    if t % 10 == 0:
        print('iter %s:' % t, 'loss = %.3f' % loss)

z = flow.f(torch.from_numpy(noisy_moons))[0].detach().numpy()
x = flow.sample(50).detach().numpy()
back, _ = flow.f(flow.g(torch.zeros(4, 2)))
print(z.shape, x.shape, torch.allclose(back, torch.zeros(4, 2), atol=1e-4))
