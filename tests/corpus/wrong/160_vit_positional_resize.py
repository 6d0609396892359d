from dataclasses import dataclass

import torch
import torch.nn as nn


@dataclass
class ViTConfig:
    image_size: int = 64
    patch: int = 8
    dim: int = 48
    heads: int = 4
    depth: int = 2
    classes: int = 10


class PatchEmbed(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.proj = nn.Conv2d(3, cfg.dim, cfg.patch, cfg.patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class ViT(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        n = (cfg.image_size // cfg.patch) ** 2
        self.patch = PatchEmbed(cfg)
        self.cls = nn.Parameter(torch.zeros(1, 1, cfg.dim))
        self.pos = nn.Parameter(torch.zeros(1, n, cfg.dim))
        layer = nn.TransformerEncoderLayer(cfg.dim, cfg.heads, cfg.dim * 4, batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, cfg.depth, enable_nested_tensor=False)
        self.head = nn.Linear(cfg.dim, cfg.classes)

    def forward(self, x):
        x = self.patch(x)
        x = torch.cat([self.cls.expand(x.size(0), -1, -1), x], dim=1)
        x = x + self.pos
        return self.head(self.blocks(x)[:, 0])


if __name__ == "__main__":
    cfg = ViTConfig()
    model = ViT(cfg)
    images = torch.randn(5, 3, cfg.image_size, cfg.image_size)
    logits = model(images)
    loss = nn.functional.cross_entropy(logits, torch.randint(0, cfg.classes, (5,)))
    loss.backward()
