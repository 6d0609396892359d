import torch
import torch.nn as nn

corpus = """the cat sat on the mat . the dog sat on the log . a cat and a dog ran""".split()
vocab = sorted(set(corpus))
word2ix = {w: i + 1 for i, w in enumerate(vocab)}  # 0 is padding
encoded = torch.tensor([word2ix[w] for w in corpus])

CONTEXT = 2
data = []
for i in range(CONTEXT, len(encoded)):
    data.append((encoded[i - CONTEXT:i], encoded[i]))


class NGram(nn.Module):
    def __init__(self, vocab_size, dim=10, context=2):
        super().__init__()
        self.embeddings = nn.Embedding(vocab_size, dim)
        self.linear1 = nn.Linear(context * dim, 32)
        self.linear2 = nn.Linear(32, vocab_size)

    def forward(self, inputs):
        embeds = self.embeddings(inputs).view((1, -1))
        out = torch.relu(self.linear1(embeds))
        return self.linear2(out)


model = NGram(len(vocab))
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(2):
    total = 0
    for context, target in data:
        model.zero_grad()
        logits = model(context)
        loss = loss_function(logits, target.view(1))
        loss.backward()
        optimizer.step()
        total += loss.item()
