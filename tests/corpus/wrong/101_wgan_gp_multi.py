import torch
import torch.nn as nn
from torch import autograd

Z, IMG, B = 32, 16, 8


class G(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(Z, 64 * 4 * 4)
        self.net = nn.Sequential(
            nn.BatchNorm2d(64), nn.ReLU(),
            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 3, 4, 2, 1), nn.Tanh(),
        )

    def forward(self, z):
        return self.net(self.fc(z).view(-1, 32, 4, 4))


class D(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 16, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(16, 32, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Flatten(), nn.Linear(32 * 16, 1),
        )

    def forward(self, x):
        return self.net(x).view(-1)


def gradient_penalty(d, real, fake):
    eps = torch.rand(real.size(0), 1)
    mix = (eps * real + (1 - eps) * fake).requires_grad_()
    score = d(mix)
    grad, = autograd.grad(score, mix, create_graph=True)
    return ((grad.flatten(1).norm(dim=1) - 1) ** 2).mean()


g, d = G(), D()
g_opt = torch.optim.RMSprop(g.parameters(), lr=5e-5)
d_opt = torch.optim.RMSprop(d.parameters(), lr=5e-5)
for step in range(4):
    real = torch.rand(B, 3, IMG, IMG) * 2 - 1
    fake = g(torch.randn(B, Z))
    d_loss = d(fake.detach()).mean() - d(real).mean() + 10 * gradient_penalty(d, real, fake.detach())
    d_opt.zero_grad()
    d_loss.backward()
    d_opt.step()
    if step % 2 == 1:
        g_loss = -d(g(torch.randn(B, Z))).mean()
        g_opt.zero_grad()
        g_loss.backward()
        g_opt.step()
        print(step, d_loss.item(), g_loss.item())
