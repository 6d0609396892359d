import math
import torch
from torch import nn
import torch.nn.functional as F

T = 100
betas = torch.linspace(1e-4, 0.02, T)
alphas_bar = torch.cumprod(1 - betas, 0)


class SinusoidalEmb(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, t):
        half = self.dim // 2
        freqs = torch.exp(-math.log(10000) * torch.arange(half) / (half - 1))
        args = t * freqs[None]
        return torch.cat([args.sin(), args.cos()], -1)


class Block(nn.Module):
    def __init__(self, i, o, emb):
        super().__init__()
        self.conv = nn.Conv2d(i, o, 3, padding=1)
        self.norm = nn.GroupNorm(8, o)
        self.emb = nn.Linear(emb, o)

    def forward(self, x, e):
        h = F.silu(self.norm(self.conv(x)))
        return h + self.emb(e)[:, :, None, None]


class UNet(nn.Module):
    def __init__(self, c=16, emb=32):
        super().__init__()
        self.time = nn.Sequential(SinusoidalEmb(emb), nn.Linear(emb, emb), nn.SiLU())
        self.b1, self.b2 = Block(1, c, emb), Block(c, 2 * c, emb)
        self.b3 = Block(2 * c, c, emb)
        self.out = nn.Conv2d(c, 1, 1)

    def forward(self, x, t):
        e = self.time(t)
        h1 = self.b1(x, e)
        h2 = self.b2(F.avg_pool2d(h1, 2), e)
        up = F.interpolate(h2, scale_factor=2)
        return self.out(self.b3(torch.cat([up, h1], 1), e))


model = UNet()
opt = torch.optim.Adam(model.parameters(), lr=2e-4)
for step in range(2):
    x0 = torch.rand(6, 1, 16, 16) * 2 - 1
    t = torch.randint(0, T, (6,))
    noise = torch.randn_like(x0)
    a = alphas_bar[t]
    xt = a.sqrt() * x0 + (1 - a).sqrt() * noise
    loss = F.mse_loss(model(xt, t), noise)
    opt.zero_grad()
    loss.backward()
    opt.step()
