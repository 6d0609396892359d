import re
from collections import Counter
import torch
import torch.nn as nn
import torch.nn.functional as F

pairs = [
    ("how do i boil an egg", "what is the way to boil eggs", 1),
    ("how do i boil an egg", "where is the nearest station", -1),
    ("best pizza in town", "which place has the best pizza", 1),
    ("my laptop does not start", "how to bake bread", -1),
    ("my laptop does not start", "computer will not turn on", 1),
]
tok = lambda s: re.findall(r"\w+", s.lower())
counts = Counter(w for a, b, _ in pairs for w in tok(a) + tok(b))
itos = ["<pad>", "<unk>"] + [w for w, _ in counts.most_common()]
stoi = {w: i for i, w in enumerate(itos)}


def numericalize(s, n=8):
    ids = [stoi.get(w, 1) for w in tok(s)][:n]
    return ids + [0] * (n - len(ids))


A = torch.tensor([numericalize(a) for a, _, _ in pairs])
B = torch.tensor([numericalize(b) for _, b, _ in pairs])
Y = torch.tensor([y for *_, y in pairs], dtype=torch.float)


class TextCNN(nn.Module):
    def __init__(self, vocab, dim=20, n_filters=6, sizes=(2, 3, 4), out=10):
        super().__init__()
        self.embedding = nn.Embedding(vocab, dim, padding_idx=0)
        pretrained = torch.randn(vocab, dim)
        pretrained[0] = 0
        self.embedding.weight.data.copy_(pretrained)
        self.convs = nn.ModuleList([nn.Conv2d(1, n_filters, (k, dim)) for k in sizes])
        self.fc = nn.Linear(len(sizes) * n_filters, out)
        self.drop = nn.Dropout(0.1)

    def forward(self, text):
        embedded = self.embedding(text).unsqueeze(1)
        conved = [F.relu(conv(embedded)).squeeze(3) for conv in self.convs]
        pooled = [F.max_pool1d(c, c.shape[2]).squeeze(2) for c in conved]
        return self.fc(self.drop(torch.cat(pooled, dim=1)))


def info_nce(za, zb, t=0.1):
    za, zb = F.normalize(za, dim=1), F.normalize(zb, dim=1)
    logits = za @ zb.t() / t
    labels = torch.arange(za.size(0))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2


def nt_xent(z1, z2, t=0.5):
    n = z1.size(0)
    z = F.normalize(torch.cat([z1, z2]), dim=-1)
    sim = (z @ z.T) / t
    sim.fill_diagonal_(-1e9)
    pos = torch.cat([torch.arange(n, 2 * n), torch.arange(0, n)])
    return F.cross_entropy(sim, pos)


model = TextCNN(len(itos))
criterion = nn.CosineEmbeddingLoss(margin=0.2)
opt = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(5):
    za, zb = model(A), model(B)
    pos = Y > 0
    loss = criterion(za, zb, Y) + info_nce(za[pos], zb[pos]) + 0.1 * nt_xent(za, model(A))
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
model.eval()
with torch.no_grad():
    sims = F.cosine_similarity(model(A), model(B))
    table = F.cosine_similarity(model(A)[:, None, :], model(B)[None, :, :], dim=-1)
    margin = nn.MarginRankingLoss(0.1)(sims[Y > 0].mean().view(1), sims[Y < 0].mean().view(1), torch.ones(1))
print(sims, table.shape, margin)
print("closest:", pairs[int(table[0].argmax())][1])
