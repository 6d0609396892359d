"""Pays once, before the first session, for what PyTorch does lazily: about 1.2 s after `import torch` (torch 2.13)."""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
from typing import Any

LATER = ("torch.utils.data", "torch.utils.checkpoint", "torch.nn.utils.rnn", "torch.optim.lr_scheduler")
"""Imported by many scripts, but not by torch itself."""


def warm() -> None:
    """Run one small operation of every kind on fakes. Nothing that fails here matters: it is only early."""
    # Otherwise a traceback is logged for each failing operation.
    logging.getLogger("torch._subclasses.fake_tensor").setLevel(logging.CRITICAL)
    with contextlib.suppress(Exception):
        _operations()
    with contextlib.suppress(Exception):
        _training()
    for name in LATER:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def freeze() -> None:
    """Take what is there now away from the collector: a child's need not go through it, and its pages stay shared."""
    gc.collect()
    gc.freeze()


def _operations() -> None:
    import torch
    from torch import nn
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode(allow_non_fake_inputs=True), torch.no_grad():
        image = torch.empty(2, 3, 8, 8)
        text = torch.empty(2, 5, 8)
        steps = (
            lambda: nn.BatchNorm2d(4)(nn.Conv2d(3, 4, 3, padding=1)(image)).relu().mean(),
            lambda: nn.MaxPool2d(2)(nn.Dropout(0.1)(image)).flatten(1).view(2, -1).permute(1, 0),
            lambda: nn.LayerNorm(8)(nn.GELU()(nn.Linear(8, 8)(text))),
            lambda: nn.functional.scaled_dot_product_attention(text, text, text, is_causal=True),
            lambda: nn.MultiheadAttention(8, 2, batch_first=True)(text, text, text),
            lambda: nn.LSTM(8, 4, batch_first=True)(text),
            lambda: nn.Embedding(10, 8)(torch.zeros(2, 5, dtype=torch.long)),
            lambda: torch.cat([text, text], dim=1).softmax(-1).argmax(-1),
            lambda: nn.functional.interpolate(image, scale_factor=2) @ torch.randn(16, 4),
            lambda: nn.ConvTranspose2d(3, 4, 2, stride=2)(image),
        )
        for step in steps:
            with contextlib.suppress(Exception):
                step()


def _training() -> None:
    import torch
    from torch import nn
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode(allow_non_fake_inputs=True):
        layer = nn.Linear(8, 4)
        optimizer: Any = torch.optim.Adam(layer.parameters())
        output = layer(torch.randn(3, 8))
        loss: Any = nn.functional.cross_entropy(output, torch.zeros(3, dtype=torch.long))
        (loss + nn.functional.mse_loss(output, torch.zeros(3, 4))).backward()
        optimizer.step()
        optimizer.zero_grad()
