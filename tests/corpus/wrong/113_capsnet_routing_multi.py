import torch
import torch.nn as nn
import torch.nn.functional as F


def squash(s, dim=-1):
    n2 = (s ** 2).sum(dim, keepdim=True)
    return n2 / (1 + n2) * s / (n2.sqrt() + 1e-8)


class PrimaryCaps(nn.Module):
    def __init__(self, cin, caps, dim):
        super().__init__()
        self.dim = dim
        self.conv = nn.Conv2d(cin, caps * dim, 9, stride=2)

    def forward(self, x):
        u = self.conv(x)
        return squash(u.view(u.size(0), -1, self.dim))


class DigitCaps(nn.Module):
    def __init__(self, n_in, d_in, n_out=10, d_out=16, iters=3):
        super().__init__()
        self.W = nn.Parameter(0.01 * torch.randn(1, n_in, n_out, d_out, d_in))
        self.iters = iters

    def forward(self, u):
        u_hat = (self.W @ u[:, :, None, :, None]).squeeze(-1)
        b = torch.zeros(u_hat.shape[:3])
        for i in range(self.iters):
            c = b.softmax(dim=2)
            v = squash((c.unsqueeze(-1) * u_hat).sum(dim=1))
            b = b + (u_hat * v).sum(-1)
        return v


class CapsNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 9)
        self.primary = PrimaryCaps(16, 4, 8)
        self.digits = DigitCaps(4 * 7 * 7, 8)

    def forward(self, x):
        return self.digits(self.primary(torch.relu(self.conv(x))))


def margin_loss(lengths, labels):
    left = F.relu(0.9 - lengths) ** 2
    right = F.relu(lengths - 0.1) ** 2
    return (labels * left + 0.5 * (1 - labels) * right).sum(1).mean()


net = CapsNet()
opt = torch.optim.Adam(net.parameters())
for _ in range(2):
    x, y = torch.rand(4, 1, 28, 28), torch.randint(0, 9, (4,))
    caps = net(x)
    loss = margin_loss(caps.norm(dim=-1), F.one_hot(y, 9))
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(loss.item())
