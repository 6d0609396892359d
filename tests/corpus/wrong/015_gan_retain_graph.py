import torch
import torch.nn as nn

latent_dim = 16
data_dim = 2
batch_size = 32

generator = nn.Sequential(nn.Linear(latent_dim, 32), nn.ReLU(), nn.Linear(32, data_dim))
discriminator = nn.Sequential(nn.Linear(data_dim, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1), nn.Sigmoid())

bce = nn.BCELoss()
g_opt = torch.optim.Adam(generator.parameters(), lr=2e-4)
d_opt = torch.optim.Adam(discriminator.parameters(), lr=2e-4)


def sample_real(n):
    angle = torch.rand(n) * 6.28
    return torch.stack([angle.cos(), angle.sin()], dim=1)


for step in range(5):
    real = sample_real(batch_size)
    ones = torch.ones(batch_size, 1)
    zeros = torch.zeros(batch_size, 1)

    z = torch.randn(batch_size, latent_dim)
    fake = generator(z)

    # discriminator
    d_opt.zero_grad()
    d_loss = bce(discriminator(real), ones) + bce(discriminator(fake), zeros)
    d_loss.backward()
    d_opt.step()

    # generator
    g_opt.zero_grad()
    g_loss = bce(discriminator(fake), ones)
    g_loss.backward()
    g_opt.step()

    print(f"step {step}  D {d_loss.item():.3f}  G {g_loss.item():.3f}")
