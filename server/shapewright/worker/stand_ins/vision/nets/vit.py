"""Vision Transformer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import nn

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.kit import soft


class MLPBlock(nn.Sequential):
    """Two linear layers."""

    def __init__(self, in_dim: int, mlp_dim: int, dropout: float) -> None:
        super().__init__(
            nn.Linear(in_dim, mlp_dim), nn.GELU(), nn.Dropout(dropout), nn.Linear(mlp_dim, in_dim), nn.Dropout(dropout)
        )


class EncoderBlock(nn.Module):
    """Attention and MLP."""

    def __init__(
        self, num_heads: int, hidden_dim: int, mlp_dim: int, dropout: float, attention_dropout: float, norm_layer: Any
    ) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.ln_1 = norm_layer(hidden_dim)
        self.self_attention = nn.MultiheadAttention(hidden_dim, num_heads, dropout=attention_dropout, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.ln_2 = norm_layer(hidden_dim)
        self.mlp = MLPBlock(hidden_dim, mlp_dim, dropout)

    def forward(self, input: Any) -> Any:
        """The same shape."""
        x = self.ln_1(input)
        x, _ = self.self_attention(x, x, x, need_weights=False)
        x = self.dropout(x) + input
        return x + self.mlp(self.ln_2(x))


class Encoder(nn.Module):
    """Position embedding and blocks."""

    def __init__(
        self, seq_length: int, num_layers: int, num_heads: int, hidden_dim: int, mlp_dim: int, dropout: float,
        attention_dropout: float, norm_layer: Any,
    ) -> None:  # fmt: skip
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.empty(1, seq_length, hidden_dim))
        self.dropout = nn.Dropout(dropout)
        block = partial(EncoderBlock, num_heads, hidden_dim, mlp_dim, dropout, attention_dropout, norm_layer)
        self.layers = nn.Sequential(OrderedDict((f"encoder_layer_{i}", block()) for i in range(num_layers)))
        self.ln = norm_layer(hidden_dim)

    def forward(self, input: Any) -> Any:
        """The same shape."""
        return self.ln(self.layers(self.dropout(input + self.pos_embedding)))


class VisionTransformer(nn.Module):
    """ViT for pictures of one size."""

    def __init__(
        self, image_size: int, patch_size: int, num_layers: int, num_heads: int, hidden_dim: int, mlp_dim: int,
        dropout: float = 0.0,
        attention_dropout: float = 0.0, num_classes: int = 1000, representation_size: int | None = None,
        norm_layer: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        norm = norm_layer or partial(nn.LayerNorm, eps=1e-6)
        self.image_size, self.patch_size, self.hidden_dim, self.mlp_dim = image_size, patch_size, hidden_dim, mlp_dim
        self.attention_dropout, self.dropout, self.num_classes = attention_dropout, dropout, num_classes
        self.representation_size, self.norm_layer = representation_size, norm
        self.conv_proj = nn.Conv2d(3, hidden_dim, patch_size, patch_size)
        self.class_token = nn.Parameter(torch.zeros(1, 1, hidden_dim))
        self.seq_length = (image_size // patch_size) ** 2 + 1
        self.encoder = Encoder(
            self.seq_length, num_layers, num_heads, hidden_dim, mlp_dim, dropout, attention_dropout, norm
        )
        heads: OrderedDict[str, nn.Module] = OrderedDict()
        if representation_size is not None:
            heads["pre_logits"], heads["act"] = nn.Linear(hidden_dim, representation_size), nn.Tanh()
        heads["head"] = nn.Linear(representation_size or hidden_dim, num_classes)
        self.heads = nn.Sequential(heads)

    def _process_input(self, x: Any) -> Any:
        if not soft(*x.shape):
            _n, _c, h, w = x.shape
            for name, size in (("height", h), ("width", w)):
                if size != self.image_size:
                    raise kit.real(AssertionError(f"Wrong image {name}! Expected {self.image_size} but got {size}!"))
        x = self.conv_proj(x)
        return x.reshape(x.shape[0], self.hidden_dim, self.seq_length - 1).permute(0, 2, 1)

    def forward(self, x: Any) -> Any:
        """Logits."""
        x = self._process_input(x)
        x = torch.cat([self.class_token.expand(x.shape[0], -1, -1), x], dim=1)
        return self.heads(self.encoder(x)[:, 0])


def _build(patch: int, layers: int, heads: int, hidden: int, mlp: int) -> Callable[..., nn.Module]:
    return lambda **kwargs: VisionTransformer(
        kwargs.pop("image_size", 224), patch, layers, heads, hidden, mlp, **kwargs
    )


kit.named("torchvision.models.vision_transformer", MLPBlock, EncoderBlock, Encoder, VisionTransformer)
CLASSES: dict[str, Any] = {"VisionTransformer": VisionTransformer}
BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "vit_b_16": _build(16, 12, 12, 768, 3072),
    "vit_b_32": _build(32, 12, 12, 768, 3072),
    "vit_l_16": _build(16, 24, 16, 1024, 4096),
    "vit_l_32": _build(32, 24, 16, 1024, 4096),
    "vit_h_14": _build(14, 32, 16, 1280, 5120),
}
