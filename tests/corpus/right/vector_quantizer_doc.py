from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class VectorQuantizer(nn.Module):
    """Snaps every position of a feature map to the nearest code.

    Args:
        num_codes: Size of the codebook.
        code_dim: Width of a code.
        beta: Weight of the commitment term.
        decay: Decay of the moving averages.
    """

    def __init__(self, num_codes: int = 32, code_dim: int = 12, beta: float = 0.25, decay: float = 0.99):
        super().__init__()
        self.num_codes, self.code_dim, self.beta, self.decay = num_codes, code_dim, beta, decay
        embed = torch.randn(num_codes, code_dim)
        self.register_buffer("embed", embed)
        self.register_buffer("cluster_size", torch.zeros(num_codes))
        self.register_buffer("embed_avg", embed.clone())

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Quantise.

        Args:
            z: Encoder output, shape (B, code_dim, H, W).

        Returns:
            Quantised map (B, code_dim, H, W), the loss (a scalar), and codes (B, H, W).
        """
        B, C, H, W = z.shape
        flat = z.permute(0, 2, 3, 1).reshape(-1, C)
        dist = flat.pow(2).sum(1, keepdim=True) - 2 * flat @ self.embed.t() + self.embed.pow(2).sum(1)
        codes = dist.argmin(dim=1)
        onehot = F.one_hot(codes, self.num_codes).type(flat.dtype)
        quant = F.embedding(codes, self.embed).view(B, H, W, C).permute(0, 3, 1, 2)
        if self.training:
            with torch.no_grad():
                self.cluster_size.mul_(self.decay).add_(onehot.sum(0), alpha=1 - self.decay)
                self.embed_avg.mul_(self.decay).add_(onehot.t() @ flat, alpha=1 - self.decay)
                n = self.cluster_size.sum()
                size = (self.cluster_size + 1e-5) / (n + self.num_codes * 1e-5) * n
                self.embed.copy_(self.embed_avg / size.unsqueeze(1))
        loss = self.beta * F.mse_loss(z, quant.detach())
        quant = z + (quant - z).detach()
        return quant, loss, codes.view(B, H, W)

    @property
    def perplexity(self) -> Tensor:
        p = self.cluster_size / self.cluster_size.sum().clamp(min=1e-6)
        return torch.exp(-(p * (p + 1e-10).log()).sum())


class VQVAE(nn.Module):
    """Encoder, codebook, decoder."""

    def __init__(self, channels: int = 3, hidden: int = 24, code_dim: int = 12, num_codes: int = 32):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(channels, hidden, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(hidden, hidden, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(hidden, code_dim, 1),
        )
        self.quantizer = VectorQuantizer(num_codes, code_dim)
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(code_dim, hidden, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(hidden, channels, 4, stride=2, padding=1),
        )

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Encode, quantise, decode.

        Args:
            images: Pictures in the range [-1, 1], shape (B, channels, 32, 32).

        Returns:
            A dict with ``recon`` of shape (B, channels, 32, 32), ``codes`` and ``loss``.
        """
        z = self.encoder(images)
        q, vq_loss, codes = self.quantizer(z)
        recon = self.decoder(q)
        loss = F.mse_loss(recon, images) + vq_loss
        return {"recon": recon, "codes": codes, "loss": loss}
