import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

HIDDEN = 64
LATENT = 8


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(14 * 14, HIDDEN)
        self.fc_mu = nn.Linear(HIDDEN, LATENT)
        self.fc_logvar = nn.Linear(HIDDEN // 2, LATENT)
        self.fc3 = nn.Linear(LATENT, HIDDEN)
        self.fc4 = nn.Linear(HIDDEN, 14 * 14)

    def encode(self, x):
        h = F.relu(self.fc1(x))
        return self.fc_mu(h), self.fc_logvar(h)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        return mu + torch.randn_like(std) * std

    def decode(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))

    def forward(self, x):
        mu, logvar = self.encode(x.flatten(1))
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar


def elbo(recon, x, mu, logvar):
    bce = F.binary_cross_entropy(recon, x, reduction="sum")
    kld = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum()
    return bce + kld


class Probe(nn.Module):
    """linear read-out of the latent code"""

    def __init__(self, n_classes=10):
        super().__init__()
        self.fc = nn.Linear(LATENT, n_classes)

    def forward(self, mu):
        return self.fc(mu)


x = torch.rand(60, 1, 14, 14)
labels = torch.randint(0, 10, (60, 1))
loader = DataLoader(TensorDataset(x, labels), batch_size=20)

vae = VAE()
probe = Probe()
opt = torch.optim.Adam(vae.parameters(), lr=1e-3)
probe_opt = torch.optim.Adam(probe.parameters(), lr=1e-2)

for epoch in range(2):
    for img, label in loader:
        recon, mu, logvar = vae(img)
        loss = elbo(recon, img, mu, logvar)
        opt.zero_grad()
        loss.backward()
        opt.step()

    for img, label in loader:
        with torch.no_grad():
            _, mu, _ = vae(img)
        probe_loss = F.cross_entropy(probe(mu), label)
        probe_opt.zero_grad()
        probe_loss.backward()
        probe_opt.step()
    print(epoch, loss.item() / 20)

z = torch.randn(4, LATENT + 1)
samples = vae.decode(z)
print(samples.view(4, 14, 14).mean())
samples = vae.decode(torch.randn(3, LATENT)).view(-1, 28, 28)
print(samples.shape)
