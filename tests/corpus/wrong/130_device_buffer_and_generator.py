import torch
import torch.nn as nn


class Whiten(nn.Module):
    def __init__(self, dim, device=None):
        super().__init__()
        self.register_buffer("mean", torch.zeros(dim, device=device))
        self.register_buffer("scale", torch.ones(dim, device="meta"))

    @torch.no_grad()
    def fit(self, x):
        self.mean.copy_(x.mean(0))
        return self

    def forward(self, x):
        return (x - self.mean) * self.scale


def main():
    torch.manual_seed(0)
    x = torch.randn(64, 10) * 3 + 1
    whiten = Whiten(10).fit(x)
    model = nn.Sequential(whiten, nn.Linear(10, 4))
    opt = torch.optim.Adam(model.parameters())
    for step in range(3):
        z = model(x)
        loss = z.pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(loss.item())


main()
