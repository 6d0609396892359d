import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset

PAD = 0


class Pairs(Dataset):
    def __init__(self, n=24, vocab=40):
        self.items = [(torch.randint(1, vocab, (10,)), torch.randint(1, vocab, (10,))) for _ in range(n)]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


class Encoder(nn.Module):
    def __init__(self, vocab, h):
        super().__init__()
        self.emb = nn.Embedding(vocab, h, padding_idx=PAD)
        self.gru = nn.GRU(h, h, batch_first=True)

    def forward(self, x):
        return self.gru(self.emb(x))


class Decoder(nn.Module):
    def __init__(self, vocab, h):
        super().__init__()
        self.emb = nn.Embedding(vocab, h, padding_idx=PAD)
        self.gru = nn.GRU(h, h, batch_first=True)
        self.out = nn.Linear(h, vocab)

    def forward(self, y, hidden):
        o, hidden = self.gru(self.emb(y), hidden)
        return self.out(o), hidden


enc, dec = Encoder(40, 24), Decoder(40, 24)
params = list(enc.parameters()) + list(dec.parameters())
opt = torch.optim.Adam(params)
crit = nn.CrossEntropyLoss(ignore_index=PAD)
for src, tgt in DataLoader(Pairs(), batch_size=8):
    _, hidden = enc(src)
    logits, _ = dec(tgt[:, :-1], hidden)
    loss = crit(logits, tgt[:, 1:])
    opt.zero_grad()
    loss.backward()
    opt.step()
