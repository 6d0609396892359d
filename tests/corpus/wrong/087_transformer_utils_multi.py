import torch
import torch.nn as nn


def causal_mask(n):
    return torch.triu(torch.ones(n, n, dtype=torch.bool), diagonal=1)


class MultiHead(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.d_k = d_model // n_heads
        self.n_heads = n_heads
        self.w_q = nn.Linear(d_model, d_model)
        self.w_k = nn.Linear(d_model, d_model)
        self.w_v = nn.Linear(d_model, d_model)
        self.w_o = nn.Linear(self.d_k, d_model)

    def forward(self, q, k, v, mask=None):
        B = q.size(0)
        q = self.w_q(q).view(B, -1, self.n_heads, self.d_k).transpose(1, 2)
        k = self.w_k(k).view(B, -1, self.n_heads, self.d_k).transpose(1, 2)
        v = self.w_v(v).view(B, -1, self.n_heads, self.d_k).transpose(1, 2)
        s = torch.matmul(q, k.transpose(-2, -1)) / self.d_k ** 0.5
        if mask is not None:
            s = s.masked_fill(mask, float("-inf"))
        out = torch.matmul(s.softmax(-1), v)
        out = out.transpose(1, 2).reshape(B, -1, self.n_heads * self.d_k)
        return self.w_o(out)


class EncoderLayer(nn.Module):
    def __init__(self, d_model, n_heads, d_ff):
        super().__init__()
        self.attn = MultiHead(d_model, n_heads)
        self.ff = nn.Sequential(nn.Linear(d_model, d_ff), nn.ReLU(), nn.Linear(d_ff, d_ff))
        self.n1 = nn.LayerNorm(d_model)
        self.n2 = nn.LayerNorm(d_model)

    def forward(self, x, mask):
        x = self.n1(x + self.attn(x, x, x, mask))
        return self.n2(x + self.ff(x))


class LM(nn.Module):
    def __init__(self, vocab, d_model=32):
        super().__init__()
        self.emb = nn.Embedding(vocab, d_model)
        self.layers = nn.ModuleList([EncoderLayer(d_model, 4, 64) for _ in range(2)])
        self.out = nn.Linear(d_model, vocab)

    def forward(self, ids):
        x = self.emb(ids)
        mask = causal_mask(ids.size(1))
        for layer in self.layers:
            x = layer(x, mask)
        return self.out(x)


lm = LM(vocab=40)
ids = torch.randint(0, 40, (3, 11))
logits = lm(ids[:, :-1])
loss = nn.functional.cross_entropy(logits.view(-1, 40), ids.view(-1))
loss.backward()
print("perplexity", loss.exp().item())
