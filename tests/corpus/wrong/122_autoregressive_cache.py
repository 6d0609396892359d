import torch
import torch.nn as nn


class CachedAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(dim, dim)
        self.kv = nn.Linear(dim, 2 * dim)
        self.o = nn.Linear(dim, dim)

    def forward(self, x, cache=None):
        b, n, d = x.shape
        q = self.q(x).view(b, n, self.heads, -1).transpose(1, 2)
        k, v = self.kv(x).view(b, n, 2, self.heads, -1).permute(2, 0, 3, 1, 4)
        if cache is not None:
            k = torch.cat([cache[0], k], dim=1)
            v = torch.cat([cache[1], v], dim=2)
        y = (q @ k.mT * q.size(-1) ** -0.5).softmax(-1) @ v
        return self.o(y.transpose(1, 2).reshape(b, n, d)), (k, v)


class Decoder(nn.Module):
    def __init__(self, vocab=40, dim=32, heads=4, depth=2):
        super().__init__()
        self.tok = nn.Embedding(vocab, dim)
        self.layers = nn.ModuleList([CachedAttention(dim, heads) for _ in range(depth)])
        self.head = nn.Linear(dim, vocab)

    def forward(self, ids, caches=None):
        x = self.tok(ids)
        new = []
        for i, layer in enumerate(self.layers):
            y, c = layer(x, None if caches is None else caches[i])
            x = x + y
            new.append(c)
        return self.head(x), new


@torch.no_grad()
def sample(model, prompt, steps):
    ids, caches = prompt, None
    out = [prompt]
    for _ in range(steps):
        logits, caches = model(ids, caches)
        ids = logits[:, -1].argmax(dim=-1, keepdim=True)
        out.append(ids)
    return torch.cat(out, dim=1)


model = Decoder().eval()
print(sample(model, torch.tensor([[5, 7, 2]]), steps=6))
