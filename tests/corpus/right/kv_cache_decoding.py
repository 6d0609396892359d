from typing import List, Optional, Tuple

import torch
from torch import nn, Tensor
import torch.nn.functional as F

Cache = Tuple[Tensor, Tensor]


class CachedAttention(nn.Module):
    def __init__(self, dim: int, n_heads: int, n_kv: Optional[int] = None):
        super().__init__()
        self.n_heads = n_heads
        self.n_kv = n_heads if n_kv is None else n_kv
        self.n_rep = self.n_heads // self.n_kv
        self.hd = dim // n_heads
        self.wq = nn.Linear(dim, n_heads * self.hd, bias=False)
        self.wk = nn.Linear(dim, self.n_kv * self.hd, bias=False)
        self.wv = nn.Linear(dim, self.n_kv * self.hd, bias=False)
        self.wo = nn.Linear(n_heads * self.hd, dim, bias=False)

    def forward(self, x: Tensor, past: Optional[Cache] = None, use_cache: bool = False):
        b, t, _ = x.shape
        q = self.wq(x).view(b, t, self.n_heads, self.hd).transpose(1, 2)
        k = self.wk(x).view(b, t, self.n_kv, self.hd).transpose(1, 2)
        v = self.wv(x).view(b, t, self.n_kv, self.hd).transpose(1, 2)
        if past is not None:
            pk, pv = past
            k = torch.cat([pk, k], dim=2)
            v = torch.cat([pv, v], dim=2)
        present = (k, v) if use_cache else None
        if self.n_rep > 1:
            k = k.repeat_interleave(self.n_rep, dim=1)
            v = v.repeat_interleave(self.n_rep, dim=1)
        s = k.size(2)
        mask = torch.ones(t, s, dtype=torch.bool, device=x.device).tril(diagonal=s - t)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.wo(y.transpose(1, 2).reshape(b, t, -1)), present


class Decoder(nn.Module):
    def __init__(self, vocab=50, dim=32, depth=2, heads=4, n_kv=2, max_len=64):
        super().__init__()
        self.tok = nn.Embedding(vocab, dim)
        self.pos = nn.Embedding(max_len, dim)
        self.attn = nn.ModuleList(CachedAttention(dim, heads, n_kv) for _ in range(depth))
        self.norm = nn.ModuleList(nn.LayerNorm(dim) for _ in range(depth))
        self.out = nn.Linear(dim, vocab, bias=False)
        self.out.weight = self.tok.weight

    def forward(self, ids: Tensor, past: Optional[List[Cache]] = None, use_cache=False):
        offset = 0 if past is None else past[0][0].size(2)
        h = self.tok(ids) + self.pos(torch.arange(offset, offset + ids.size(1)))
        presents: List[Cache] = []
        for i, (attn, norm) in enumerate(zip(self.attn, self.norm)):
            a, present = attn(norm(h), past[i] if past else None, use_cache)
            h = h + a
            if present is not None:
                presents.append(present)
        return self.out(h), presents or None


@torch.no_grad()
def generate(model, prompt: Tensor, n: int, temperature: float = 1.0, top_p: Optional[float] = None, eos: Optional[int] = None):
    past, ids, cur = None, prompt, prompt
    for _ in range(n):
        logits, past = model(cur, past, use_cache=True)
        logits = logits[:, -1] / max(temperature, 1e-5)
        if top_p is not None:
            sorted_logits, sorted_idx = logits.sort(descending=True)
            cum = sorted_logits.softmax(-1).cumsum(-1)
            remove = cum > top_p
            remove[..., 1:] = remove[..., :-1].clone()
            remove[..., 0] = False
            logits = logits.masked_fill(remove.scatter(1, sorted_idx, remove), -float("inf"))
        cur = torch.multinomial(logits.softmax(-1), 1) if temperature > 0 else logits.argmax(-1, keepdim=True)
        ids = torch.cat([ids, cur], 1)
        if eos is not None and (cur == eos).all():
            break
    return ids, past


torch.manual_seed(0)
model = Decoder().eval()
prompt = torch.randint(0, 50, (2, 5))
full, _ = model(prompt)
step_logits, past = [], None
for t in range(prompt.size(1)):
    y, past = model(prompt[:, t:t + 1], past, use_cache=True)
    step_logits.append(y)
stepped = torch.cat(step_logits, dim=1)
print("cache agrees:", torch.allclose(full, stepped, atol=1e-4))
ids, past = generate(model, prompt, 6, temperature=0)
print(ids.shape, past[0][0].shape)
ids, _ = generate(model, prompt[:1], 8, temperature=0.9, top_p=0.8, eos=int(ids[0, -1]))
print(ids.tolist())
loss = F.cross_entropy(model(prompt)[0][:, :-1].flatten(0, 1), prompt[:, 1:].flatten())
loss.backward()
