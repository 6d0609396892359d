import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
from torch.utils.data import DataLoader


class NameClassifier(nn.Module):
    def __init__(self, n_chars, n_langs, hidden=20):
        super().__init__()
        self.emb = nn.Embedding(n_chars, 10, padding_idx=0)
        self.rnn = nn.LSTM(10, hidden, batch_first=True)
        self.out = nn.Linear(hidden, n_langs)

    def forward(self, chars, lengths):
        packed = pack_padded_sequence(self.emb(chars), lengths, batch_first=True)
        states, _ = self.rnn(packed)
        states, _ = pad_packed_sequence(states, batch_first=True)
        last = states[torch.arange(len(lengths)), torch.as_tensor(lengths) - 1]
        return self.out(last)


names = [
    ("Sato", 0), ("Nakamura", 0), ("Ito", 0),
    ("Schneider", 1), ("Koch", 1), ("Zimmermann", 1),
    ("Rossi", 2), ("Bianchi", 2), ("Esposito", 2),
]
letters = sorted({c for n, _ in names for c in n.lower()})
to_ix = {c: i + 1 for i, c in enumerate(letters)}


def encode(pair):
    name, lang = pair
    return torch.tensor([to_ix[c] for c in name.lower()]), lang


def collate(batch):
    xs, ys = zip(*batch)
    lengths = [len(x) for x in xs]
    return pad_sequence(xs, batch_first=True), lengths, torch.tensor(ys)


loader = DataLoader([encode(p) for p in names], batch_size=3, collate_fn=collate)
model = NameClassifier(len(to_ix) + 1, 3)
opt = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(3):
    for xs, lengths, ys in loader:
        loss = nn.functional.cross_entropy(model(xs, lengths), ys)
        opt.zero_grad()
        loss.backward()
        opt.step()
print(loss.item())
