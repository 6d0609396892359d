import random

import torch
import torch.nn as nn

random.seed(11)
corpus = """we are what we repeatedly do excellence then is not an act but a habit
the whole is more than the sum of its parts well begun is half done""".split()

words = sorted(set(corpus))
word_to_ix = {w: i for i, w in enumerate(words)}
CONTEXT = 2


def lookup(word):
    return word_to_ix.get(word, -1)


def build_pairs(tokens):
    padded = ["<s>"] * CONTEXT + tokens + ["<s>"] * CONTEXT
    pairs = []
    for i in range(CONTEXT, len(padded) - CONTEXT):
        ctx = padded[i - CONTEXT:i] + padded[i + 1:i + CONTEXT + 1]
        pairs.append((ctx, padded[i]))
    return pairs


class CBOW(nn.Module):
    def __init__(self, vocab_size, dim):
        super().__init__()
        self.embeddings = nn.Embedding(vocab_size, dim)
        self.proj = nn.Linear(dim, vocab_size)

    def forward(self, ctx):
        return self.proj(self.embeddings(ctx).mean(dim=0, keepdim=True))


model = CBOW(len(words), 12)
criterion = nn.CrossEntropyLoss()
opt = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(2):
    total = 0.0
    for ctx, center in build_pairs(corpus):
        ctx_ids = torch.tensor([lookup(w) for w in ctx])
        out = model(ctx_ids)
        loss = criterion(out, torch.tensor([lookup(center)]))
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item()
    print(epoch, total)
