import torch
import torch.nn as nn


class LinearAttention(nn.Module):
    def __init__(self, dim, heads=4, dim_head=16):
        super().__init__()
        self.heads = heads
        inner = heads * dim_head
        self.to_qkv = nn.Linear(dim, inner * 3, bias=False)
        self.to_out = nn.Linear(inner, dim)

    def split(self, t):
        b, n, _ = t.shape
        return t.reshape(b, n, self.heads, -1).permute(0, 2, 1, 3)

    def forward(self, x):
        q, k, v = map(self.split, self.to_qkv(x).chunk(3, dim=-1))
        q = q.softmax(dim=-1)
        k = k.softmax(dim=-2)
        context = torch.einsum("bhnd,bhne->bhde", k, v)
        out = torch.einsum("bhnd,bhde->bhen", q, context)
        out = out.permute(0, 2, 1, 3).flatten(2)
        return self.to_out(out)


class Encoder(nn.Module):
    def __init__(self, dim, depth):
        super().__init__()
        self.layers = nn.ModuleList([
            nn.ModuleList([nn.LayerNorm(dim), LinearAttention(dim), nn.Linear(dim, dim)]) for _ in range(depth)
        ])

    def forward(self, x):
        for norm, attn, ff in self.layers:
            x = attn(norm(x)) + x
            x = ff(x).relu() + x
        return x


if __name__ == "__main__":
    enc = Encoder(dim=40, depth=3)
    seq = torch.randn(2, 50, 40)
    print(enc(seq).shape)
