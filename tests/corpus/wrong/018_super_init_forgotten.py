import torch
import torch.nn as nn


class ResidualMLP(nn.Module):
    def __init__(self, dim, hidden):

        self.up = nn.Linear(dim, hidden)
        self.down = nn.Linear(hidden, dim)
        self.act = nn.GELU()

    def forward(self, x):
        return x + self.down(self.act(self.up(x)))


class Regressor(nn.Module):
    def __init__(self, in_dim, depth=3):
        super().__init__()
        self.stem = nn.Linear(in_dim, 32)
        self.blocks = nn.ModuleList(ResidualMLP(32, 64) for _ in range(depth))
        self.head = nn.Linear(32, 1)

    def forward(self, x):
        x = self.stem(x)
        for blk in self.blocks:
            x = blk(x)
        return self.head(x)


def build(seed=0):
    torch.manual_seed(seed)
    return Regressor(in_dim=12)


model = build()
x = torch.randn(16, 12)
target = torch.randn(16, 1)
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
for i in range(5):
    loss = torch.nn.functional.mse_loss(model(x), target)
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss)
