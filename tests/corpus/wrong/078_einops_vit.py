import torch
from einops import rearrange, repeat
from torch import nn


class FeedForward(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.net = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))

    def forward(self, x):
        return self.net(x)


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(dim)
        self.qkv = nn.Linear(dim, dim * 3, bias=False)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        q, k, v = rearrange(self.qkv(self.norm(x)), "b n (three h d) -> three b h n d", three=3, h=self.heads)
        attn = (q @ k.transpose(-1, -2) / k.shape[-1] ** 0.5).softmax(-1)
        return self.proj(rearrange(attn @ v, "b h n d -> b n (h d)"))


class ViT(nn.Module):
    def __init__(self, image_size, patch_size, dim, depth, heads, n_classes):
        super().__init__()
        self.p = patch_size
        n = (image_size // patch_size) ** 2
        self.to_tokens = nn.Linear(3 * patch_size ** 2, dim)
        self.cls = nn.Parameter(torch.randn(dim))
        self.pos = nn.Parameter(torch.randn(n + 1, dim))
        self.layers = nn.ModuleList([nn.ModuleList([Attention(dim, heads), FeedForward(dim, 2 * dim)]) for _ in range(depth)])
        self.head = nn.Linear(dim, n_classes)

    def forward(self, img):
        x = rearrange(img, "b c (h p1) (w p2) -> b (h w) (p1 p2 c)", p1=self.p, p2=self.p)
        x = self.to_tokens(x)
        x = torch.cat([repeat(self.cls, "d -> b 1 d", b=len(img)), x], dim=1) + self.pos
        for attn, ff in self.layers:
            x = x + attn(x)
            x = x + ff(x)
        return self.head(x[:, 0])


model = ViT(image_size=48, patch_size=8, dim=24, depth=2, heads=3, n_classes=4)
images = torch.rand(4, 3, 50, 48)
loss = nn.functional.cross_entropy(model(images), torch.tensor([0, 1, 2, 3]))
loss.backward()
print(loss.item())
