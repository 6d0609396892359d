import torch
import torch.nn as nn


class GatedUnit(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.value = nn.Linear(d, d)
        self.gate = nn.Linear(d, d)

    def forward(self, x):
        g = torch.sigmoid(self.gate(x))
        v = torch.tanh(self.value(x))
        v *= g
        return x + v


class Smoother(nn.Module):
    def __init__(self, d, depth):
        super().__init__()
        self.units = nn.ModuleList(GatedUnit(d) for _ in range(depth))
        self.readout = nn.Linear(d, 1)

    def forward(self, x):
        for u in self.units:
            x = u(x)
        return self.readout(x)


def loss_and_grad(model, x, y):
    pred = model(x)
    loss = (pred - y).abs().mean()
    model.zero_grad()
    loss.backward()
    norm = sum(p.grad.norm() ** 2 for p in model.parameters()) ** 0.5
    return loss.item(), norm.item()


model = Smoother(8, 2)
x, y = torch.randn(10, 8), torch.randn(10, 1)
for it in range(3):
    loss, norm = loss_and_grad(model, x, y)
    with torch.no_grad():
        for p in model.parameters():
            p.sub_(0.1 * p.grad)
    print(it, loss, norm)
