import torch
import torch.nn as nn


def read_glass(rows=70):
    """nine measurements and the kind of glass (1 to 7)"""
    g = torch.Generator().manual_seed(9)
    x = torch.rand(rows, 9, generator=g)
    kind = torch.arange(rows) % 7 + 1
    return x, kind


def split(x, y, frac=0.7):
    n = int(len(x) * frac)
    return (x[:n], y[:n]), (x[n:], y[n:])


class GlassNet(nn.Module):
    def __init__(self, n_in, n_classes):
        super().__init__()
        self.seq = nn.Sequential(
            nn.Linear(n_in, 30), nn.LeakyReLU(),
            nn.Linear(30, 15), nn.LeakyReLU(),
            nn.Linear(15, n_classes), nn.LogSoftmax(dim=1),
        )

    def forward(self, x):
        return self.seq(x)


x, y = read_glass()
(x_tr, y_tr), (x_te, y_te) = split(x, y)
net = GlassNet(9, len(y.unique()))
nll = nn.NLLLoss()
opt = torch.optim.Adam(net.parameters(), lr=0.02)
for epoch in range(5):
    out = net(x_tr)
    loss = nll(out, y_tr)
    opt.zero_grad()
    loss.backward()
    opt.step()
acc = (net(x_te).argmax(1) == y_te).float().mean()
print("test accuracy", acc.item())
