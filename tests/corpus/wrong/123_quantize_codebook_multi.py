import torch
import torch.nn as nn
import torch.nn.functional as F


class VectorQuantizer(nn.Module):
    def __init__(self, n_codes, dim, beta=0.25):
        super().__init__()
        self.codebook = nn.Embedding(n_codes, dim)
        self.codebook.weight.data.uniform_(-1 / n_codes, 1 / n_codes)
        self.dim, self.beta = dim, beta

    def forward(self, z):
        z = z.permute(0, 2, 3, 1)
        flat = z.view(-1, self.dim)
        d = (
            flat.pow(2).sum(1, keepdim=True)
            - 2 * flat @ self.codebook.weight
            + self.codebook.weight.pow(2).sum(1)
        )
        idx = d.argmin(1)
        q = self.codebook(idx).view(z.shape)
        loss = F.mse_loss(q, z.detach()) + self.beta * F.mse_loss(q.detach(), z)
        q = z + (q - z).detach()
        return q.permute(0, 3, 1, 2), loss, idx.view(z.shape[:-1])


class VQVAE(nn.Module):
    def __init__(self, hidden=16, dim=8, codes=32):
        super().__init__()
        self.enc = nn.Sequential(
            nn.Conv2d(3, hidden, 4, 2, 1), nn.ReLU(), nn.Conv2d(hidden, hidden, 4, 2, 1), nn.ReLU(),
        )
        self.to_code = nn.Conv2d(hidden, dim, 1)
        self.vq = VectorQuantizer(codes, dim)
        self.dec = nn.Sequential(
            nn.ConvTranspose2d(hidden, hidden, 4, 2, 1), nn.ReLU(),
            nn.ConvTranspose2d(hidden, 3, 4, 2, 1),
        )

    def forward(self, x):
        q, vq_loss, idx = self.vq(self.to_code(self.enc(x)))
        return self.dec(q), vq_loss, idx


model = VQVAE()
opt = torch.optim.Adam(model.parameters(), lr=2e-4)
usage = torch.zeros(32)
for step in range(3):
    x = torch.rand(4, 3, 32, 32)
    recon, vq_loss, idx = model(x)
    loss = F.mse_loss(recon, x) + vq_loss
    opt.zero_grad()
    loss.backward()
    opt.step()
    usage += F.one_hot(idx, 32).sum(dim=(0, 1))
    print(step, loss.item(), int((usage > 0).sum()))
