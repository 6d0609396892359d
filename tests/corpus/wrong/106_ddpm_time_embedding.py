import math
import torch
import torch.nn as nn
import torch.nn.functional as F

T = 50
betas = torch.linspace(1e-4, 0.02, T)
alphas_bar = torch.cumprod(1 - betas, dim=0)


def time_embedding(t, dim):
    half = dim // 2
    freqs = torch.exp(-math.log(10000) * torch.arange(half) / half)
    args = t[:, None].float() * freqs[None]
    return torch.cat([args.cos(), args.sin()], dim=-1)


class ResBlock(nn.Module):
    def __init__(self, cin, cout, t_dim):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(4, cin), nn.Conv2d(cin, cout, 3, padding=1)
        self.norm2, self.conv2 = nn.GroupNorm(4, cout), nn.Conv2d(cout, cout, 3, padding=1)
        self.t_proj = nn.Linear(t_dim, cout)
        self.skip = nn.Conv2d(cin, cout, 1)

    def forward(self, x, temb):
        h = self.conv1(F.silu(self.norm1(x)))
        h = h + self.t_proj(F.silu(temb))
        h = self.conv2(F.silu(self.norm2(h)))
        return h + self.skip(x)


class Denoiser(nn.Module):
    def __init__(self, ch=16, t_dim=32):
        super().__init__()
        self.t_dim = t_dim
        self.inp = nn.Conv2d(1, ch, 3, padding=1)
        self.res1 = ResBlock(ch, 2 * ch, t_dim)
        self.res2 = ResBlock(2 * ch, ch, t_dim)
        self.out = nn.Conv2d(ch, 1, 3, padding=1)

    def forward(self, x, t):
        temb = time_embedding(t, self.t_dim)
        h = self.res2(self.res1(self.inp(x), temb), temb)
        return self.out(h)


def q_sample(x0, t, noise):
    a = alphas_bar[t].view(-1, 1, 1, 1)
    return a.sqrt() * x0 + (1 - a).sqrt() * noise


def training_step(model, x0):
    t = torch.randint(0, T, (x0.size(0),))
    noise = torch.randn_like(x0)
    return F.mse_loss(model(q_sample(x0, t, noise), t), noise)


model = Denoiser()
opt = torch.optim.Adam(model.parameters(), lr=2e-4)
for step in range(2):
    loss = training_step(model, torch.rand(4, 1, 16, 16) * 2 - 1)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(step, loss.item())
