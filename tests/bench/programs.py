"""Programs of 60, 200 and 1,000 lines: models that are all run once, and `forward_all` that runs nothing else."""

from __future__ import annotations

HEAD = """import torch
from torch import nn


"""
BLOCK = '''class Net{n}(nn.Module):
    """Images in, scores out."""

    def __init__(self, width={width}, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)
        self.body = nn.Sequential(
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(2 * width, 4 * width, 3, stride=2, padding=1),
            nn.ReLU(),
        )
        self.attention = nn.MultiheadAttention(4 * width, 4, batch_first=True)
        self.head = nn.Linear(4 * width, classes)

    def forward(self, x):
        x = torch.relu(self.norm(self.stem(x)))
        x = self.body(x)
        tokens = x.flatten(2).transpose(1, 2)
        mixed, _ = self.attention(tokens, tokens, tokens)
        tokens = tokens + mixed
        return self.head(tokens.mean(dim=1))


'''
TAIL = """models = [{names}]
images = torch.randn(4, 3, 32, 32)


def forward_all():
    return [model(images) for model in models]


outputs = forward_all()
"""


def program(lines: int) -> str:
    """A program of about `lines` lines."""
    size = BLOCK.count("\n")
    count = max(1, (lines - HEAD.count("\n") - TAIL.count("\n")) // size)
    blocks = "".join(BLOCK.format(n=n, width=16 + 4 * (n % 4)) for n in range(count))
    return HEAD + blocks + TAIL.format(names=", ".join(f"Net{n}()" for n in range(count)))
