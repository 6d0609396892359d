"""Two tasks over one trunk; the losses are gathered in a list first."""
import torch
from torch import nn


class TwoTasks(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(10, width), nn.ReLU())
        self.price = nn.Linear(width, 1)
        self.kind = nn.Linear(width, 4)

    def forward(self, x):
        h = self.trunk(x)
        return self.price(h).squeeze(1), self.kind(h)


net = TwoTasks()
optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3)
weights = torch.tensor([0.3, 0.7])
for step in range(20):
    x = torch.randn(32, 10)
    price, kind = torch.randn(32), torch.randint(0, 4, (32,))
    guess_price, guess_kind = net(x)
    parts = [nn.functional.l1_loss(guess_price, price), nn.functional.cross_entropy(guess_kind, kind)]
    loss = (weights * torch.tensor(parts)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
