import torch
import torch.nn as nn


def gaussian_nll(mean, log_var, target):
    return 0.5 * (log_var + (target - mean) ** 2 / log_var.exp()).mean()


class ProbabilisticNet(nn.Module):
    def __init__(self, d_in, d_out):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(d_in, 32), nn.SiLU())
        self.mean = nn.Linear(32, d_out)
        self.log_var = nn.Linear(32, d_out)

    def forward(self, x):
        h = self.trunk(x)
        return self.mean(h), self.log_var(h)


class Trainer:
    def __init__(self, net, lr=1e-3):
        self.net = net
        self.opt = torch.optim.Adam(net.parameters(), lr=lr)

    def step(self, x, y):
        mean, log_var = self.net(x)
        loss = gaussian_nll(mean, log_var, y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return loss.item()

    def fit(self, data, epochs):
        for e in range(epochs):
            total = sum(self.step(x, y) for x, y in data)
            print(f"[{e}] {total / len(data):.4f}")


d_in, d_out = 5, 2
data = []
for _ in range(4):
    x = torch.randn(24, d_in)
    y = torch.stack([x.sum(1), x.prod(1)])
    data.append((x, y))

Trainer(ProbabilisticNet(d_in, d_out)).fit(data, epochs=2)
