import torch
import torch.nn as nn


class MHSA(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads, self.dk = heads, dim // heads
        self.q_linear = nn.Linear(dim, dim)
        self.k_linear = nn.Linear(dim, dim)
        self.v_linear = nn.Linear(dim, dim)
        self.out = nn.Linear(dim, dim)

    def split(self, t):
        b, n, _ = t.shape
        return t.view(b, n, self.heads, self.dk).transpose(1, 2)

    def forward(self, x, mask=None):
        q, k, v = map(self.split, (self.q_linear(x), self.k_linear(x), self.v_linear(x)))
        scores = q @ k.transpose(-2, -1) / self.dk ** 0.5
        if mask is not None:
            scores = scores.masked_fill(mask == 0, -1e9)
        out = torch.softmax(scores, -1) @ v
        out = out.transpose(1, 2).view(x.size(0), -1, self.heads * self.dk)
        return self.out(out)


attn = MHSA(64, 8)
x = torch.randn(2, 10, 64)
mask = torch.tril(torch.ones(10, 10)).unsqueeze(0).unsqueeze(0)
y = attn(x, mask)
y.sum().backward()
