import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class Tagger(nn.Module):
    def __init__(self, n_words, n_tags, d=16):
        super().__init__()
        self.embedding = nn.Embedding(n_words, d)
        self.lstm = nn.LSTM(d, d, batch_first=True, bidirectional=True)
        self.hidden2tag = nn.Linear(2 * d, n_tags)

    def forward(self, s):
        out, _ = self.lstm(self.embedding(s))
        return self.hidden2tag(out).flatten(0, 1)


def token_accuracy(scores, tags, pad=0):
    pred = scores.argmax(dim=2)
    keep = tags != pad
    return (pred[keep] == tags[keep]).float().mean()


sents = torch.randint(1, 60, (24, 9))
tags = sents % 5
loader = DataLoader(TensorDataset(sents, tags), batch_size=8)
model = Tagger(60, 5)
criterion = nn.CrossEntropyLoss(ignore_index=0)
opt = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(2):
    accs = []
    for s, t in loader:
        scores = model(s)
        gold = t.flatten()
        loss = criterion(scores, gold)
        opt.zero_grad()
        loss.backward()
        opt.step()
        accs.append(token_accuracy(scores, gold).item())
    print(epoch, sum(accs) / len(accs))
