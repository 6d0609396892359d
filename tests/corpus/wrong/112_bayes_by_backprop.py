import math
import torch
import torch.nn as nn
import torch.nn.functional as F


class BayesLinear(nn.Module):
    def __init__(self, n_in, n_out, prior=1.0):
        super().__init__()
        self.w_mu = nn.Parameter(torch.randn(n_in, n_out) * 0.1)
        self.w_rho = nn.Parameter(torch.full((n_in, n_out), -4.0))
        self.b_mu = nn.Parameter(torch.zeros(n_out))
        self.b_rho = nn.Parameter(torch.full((n_out,), -4.0))
        self.prior = prior

    def sample(self, mu, rho):
        sigma = F.softplus(rho)
        self._kl = self._kl + (math.log(self.prior) - sigma.log() + (sigma ** 2 + mu ** 2) / (2 * self.prior ** 2) - 0.5).sum()
        return mu + sigma * torch.randn_like(mu)

    def forward(self, x):
        self._kl = 0.0
        w = self.sample(self.w_mu, self.w_rho)
        b = self.sample(self.b_mu, self.b_rho)
        return F.linear(x, w, b)


class BNN(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(BayesLinear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.tanh(layer(x))
        return self.layers[-1](x)

    def kl(self):
        return sum(layer._kl for layer in self.layers)


x = torch.linspace(-2, 2, 64)[:, None]
y = torch.sin(2 * x) + 0.1 * torch.randn_like(x)
bnn = BNN([1, 20, 20, 1])
opt = torch.optim.Adam(bnn.parameters(), lr=1e-2)
for step in range(5):
    loss = F.mse_loss(bnn(x), y, reduction="sum") + bnn.kl() / 64
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item(), torch.stack([bnn(x) for _ in range(8)]).std(0).mean().item())
