import math

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

PAD, CLS = 0, 1


class PositionalEncoding(nn.Module):
    def __init__(self, d_model, dropout=0.1, max_len=200):
        super().__init__()
        self.dropout = nn.Dropout(p=dropout)
        position = torch.arange(max_len).unsqueeze(1)
        div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
        pe = torch.zeros(max_len, 1, d_model)
        pe[:, 0, 0::2] = torch.sin(position * div_term)
        pe[:, 0, 1::2] = torch.cos(position * div_term)
        self.register_buffer("pe", pe)

    def forward(self, x):
        x = x + self.pe[: x.size(0)]
        return self.dropout(x)


class ReviewClassifier(nn.Module):
    def __init__(self, vocab, d_model=32, nhead=4, layers=2, classes=2):
        super().__init__()
        self.embed = nn.Embedding(vocab, d_model, padding_idx=PAD)
        self.pos = PositionalEncoding(d_model)
        layer = nn.TransformerEncoderLayer(d_model, nhead, dim_feedforward=64, dropout=0.1)
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.head = nn.Linear(d_model, classes)
        self.d_model = d_model

    def forward(self, tokens):
        mask = tokens.eq(PAD)
        x = self.embed(tokens) * math.sqrt(self.d_model)
        x = x.transpose(0, 1)
        x = self.pos(x)
        x = self.encoder(x, src_key_padding_mask=mask)
        x = x.transpose(0, 1)
        keep = (~mask).unsqueeze(-1).float()
        pooled = (x * keep).sum(1) / keep.sum(1).clamp(min=1)
        return self.head(pooled)


class Reviews(Dataset):
    def __init__(self, n=45, vocab=60):
        gen = torch.Generator().manual_seed(0)
        lengths = torch.randint(3, 15, (n,), generator=gen).tolist()
        self.items = [torch.randint(2, vocab, (length,), generator=gen) for length in lengths]
        self.labels = [int(t.float().mean() > vocab / 2) for t in self.items]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i], self.labels[i]


def collate(batch):
    longest = max(len(t) for t, _ in batch) + 1
    tokens = torch.full((len(batch), longest), PAD)
    tokens[:, 0] = CLS
    for row, (t, _) in enumerate(batch):
        tokens[row, 1 : len(t) + 1] = t
    return tokens, torch.tensor([y for _, y in batch])


if __name__ == "__main__":
    torch.manual_seed(0)
    train = DataLoader(Reviews(), batch_size=10, shuffle=True, collate_fn=collate)
    model = ReviewClassifier(60)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    optim = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(2):
        model.train()
        running, seen, hits = 0.0, 0, 0
        for tokens, y in train:
            logits = model(tokens)
            loss = criterion(logits, y)
            optim.zero_grad()
            loss.backward()
            optim.step()
            running += loss.item() * y.size(0)
            hits += (logits.argmax(-1) == y).sum().item()
            seen += y.size(0)
        print(f"epoch {epoch} loss {running / seen:.3f} acc {hits / seen:.2%}")
    model.eval()
    with torch.no_grad():
        one = Reviews(1)[0][0]
        prob = model(one.unsqueeze(0)).softmax(-1)[0, 1]
    print("p(positive) =", round(prob.item(), 3))
