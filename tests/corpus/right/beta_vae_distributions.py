"""Beta-VAE with torch.distributions and a KL warm-up."""
from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence


class VAEOutput(NamedTuple):
    recon: Independent
    posterior: Normal
    z: Tensor


class MLP(nn.Sequential):
    def __init__(self, *sizes: int):
        layers = []
        for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:])):
            layers.append(nn.Linear(a, b))
            if i < len(sizes) - 2:
                layers.append(nn.SiLU())
        super().__init__(*layers)


class BetaVAE(nn.Module):
    def __init__(self, x_dim: int = 64, z_dim: int = 3, hidden: int = 48):
        super().__init__()
        self.z_dim = z_dim
        self.enc = MLP(x_dim, hidden, 2 * z_dim)
        self.dec = MLP(z_dim, hidden, x_dim)
        self.register_buffer("prior_loc", torch.zeros(z_dim))
        self.register_buffer("prior_scale", torch.ones(z_dim))

    @property
    def prior(self) -> Normal:
        return Normal(self.prior_loc, self.prior_scale)

    def encode(self, x: Tensor) -> Normal:
        mu, raw = self.enc(x).chunk(2, dim=-1)
        return Normal(mu, F.softplus(raw) + 1e-4)

    def decode(self, z: Tensor) -> Independent:
        return Independent(Bernoulli(logits=self.dec(z)), 1)

    def forward(self, x: Tensor, n_samples: int = 1) -> VAEOutput:
        q = self.encode(x)
        z = q.rsample((n_samples,))
        return VAEOutput(self.decode(z), q, z)


def elbo(model: BetaVAE, x: Tensor, beta: float, k: int) -> tuple[Tensor, Tensor]:
    out = model(x, k)
    log_px = out.recon.log_prob(x).mean(0)
    kl = kl_divergence(out.posterior, model.prior).sum(-1)
    return (log_px - beta * kl).mean(), kl.mean()


def main() -> None:
    torch.manual_seed(3)
    data = (torch.rand(90, 64) > 0.6).float()
    model = BetaVAE()
    opt = torch.optim.AdamW(model.parameters(), lr=2e-3)
    steps = 12
    for step in range(steps):
        idx = torch.randperm(data.size(0))[:20]
        batch = data[idx]
        beta = min(1.0, step / (steps // 2))
        bound, kl = elbo(model, batch, beta, k=4)
        loss = -bound
        opt.zero_grad(set_to_none=True)
        loss.backward()
        opt.step()
        if step % 4 == 0:
            print(f"{step:3d} elbo={bound.item():8.3f} kl={kl:.3f} beta={beta:.2f}")

    with torch.inference_mode():
        z = model.prior.sample((9,))
        dist = model.decode(z)
        imgs = dist.base_dist.probs.view(-1, 8, 8)
        grid = imgs.view(3, 3, 8, 8).permute(0, 2, 1, 3).reshape(24, 24)
        print(grid.shape, float(grid.mean()))


if __name__ == "__main__":
    main()
