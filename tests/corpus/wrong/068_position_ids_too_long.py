import torch
import torch.nn as nn
import torch.nn.functional as F


class TinyGPT(nn.Module):
    def __init__(self, vocab, ctx, dim=32, heads=2, layers=2):
        super().__init__()
        self.ctx = ctx
        self.tok = nn.Embedding(vocab, dim)
        self.pos = nn.Embedding(ctx, dim)
        layer = nn.TransformerEncoderLayer(dim, heads, dim * 4, dropout=0.0, batch_first=True)
        self.blocks = nn.TransformerEncoder(layer, layers)
        self.out = nn.Linear(dim, vocab)

    def forward(self, ids):
        T = ids.shape[1]
        x = self.tok(ids) + self.pos(torch.arange(T))
        mask = torch.triu(torch.full((T, T), float("-inf")), diagonal=1)
        return self.out(self.blocks(x, mask=mask))


@torch.no_grad()
def generate(model, ids, n_new, temperature=1.0):
    for _ in range(n_new):
        logits = model(ids)[:, -1] / temperature
        nxt = torch.multinomial(F.softmax(logits, dim=-1), num_samples=1)
        ids = torch.cat([ids, nxt], dim=1)
    return ids


model = TinyGPT(vocab=50, ctx=12)
opt = torch.optim.AdamW(model.parameters(), lr=1e-3)
for i in range(2):
    seq = torch.randint(0, 50, (4, 13))
    loss = F.cross_entropy(model(seq[:, :-1]).transpose(1, 2), seq[:, 1:])
    opt.zero_grad()
    loss.backward()
    opt.step()

model.eval()
print(generate(model, torch.zeros(1, 8, dtype=torch.long), n_new=10))
