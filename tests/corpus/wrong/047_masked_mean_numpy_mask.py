import numpy as np
import torch
import torch.nn as nn

lengths = np.array([5, 3, 7, 2])
max_len = lengths.max()
mask = (np.arange(max_len)[None, :] < lengths[:, None]).astype(int)

tokens = torch.randint(1, 40, (4, int(max_len)))
mask = torch.from_numpy(mask)


class AttentivePooling(nn.Module):
    def __init__(self, vocab, dim):
        super().__init__()
        self.emb = nn.Embedding(vocab, dim)
        self.score = nn.Linear(dim, 1)

    def forward(self, tokens, mask):
        e = self.emb(tokens)
        s = self.score(torch.tanh(e)).squeeze(-1)
        s = torch.where(mask, s, torch.full_like(s, -1e9))
        a = torch.softmax(s, dim=1)
        return torch.einsum("bt,btd->bd", a, e)


pool = AttentivePooling(40, 6)
vec = pool(tokens, mask)
print(vec.shape)
assert vec.shape == (4, 6)
