import torch
import torch.nn as nn


class MultiTask(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(12, 24), nn.ReLU())
        self.age = nn.Linear(24, 1)
        self.sex = nn.Linear(24, 2)
        self.log_vars = nn.Parameter(torch.zeros(2))

    def forward(self, x):
        h = self.trunk(x)
        return self.age(h), self.sex(h)


net = MultiTask()
opt = torch.optim.Adam(net.parameters())
for step in range(3):
    x = torch.randn(16, 12)
    age, sex = torch.rand(16, 1) * 80, torch.randint(0, 2, (16,))
    pa, ps = net(x)
    losses = [nn.functional.mse_loss(pa, age, reduction="none"), nn.functional.cross_entropy(ps, sex, reduction="none")]
    losses = torch.stack(losses)
    loss = (torch.exp(-net.log_vars) * losses + net.log_vars).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
