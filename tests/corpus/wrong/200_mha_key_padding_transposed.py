import torch
import torch.nn as nn


class Pooler(nn.Module):
    def __init__(self, dim=32, heads=4):
        super().__init__()
        self.query = nn.Parameter(torch.randn(1, 1, dim))
        self.attn = nn.MultiheadAttention(dim, heads)
        self.head = nn.Linear(dim, 2)

    def forward(self, x, lengths):
        mask = torch.arange(x.size(1))[None, :] >= lengths[:, None]
        q = self.query.expand(x.size(0), -1, -1)
        out, _ = self.attn(q, x, x, key_padding_mask=mask)
        return self.head(out[:, 0])


net = Pooler()
x = torch.randn(6, 12, 32)
lengths = torch.tensor([12, 7, 9, 3, 12, 5])
loss = nn.functional.cross_entropy(net(x, lengths), torch.tensor([0, 1, 1, 0, 0, 1]))
loss.backward()
