import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader

sentences = [
    "John lives in Paris".split(),
    "The cat sat".split(),
    "Angela Merkel was born in Hamburg".split(),
    "Rain".split(),
    "Apple opened an office in Munich last year".split(),
    "She works for Siemens".split(),
]
tags = [
    [1, 0, 0, 2],
    [0, 0, 0],
    [1, 1, 0, 0, 0, 2],
    [0],
    [3, 0, 0, 0, 0, 2, 0, 0],
    [0, 0, 0, 3],
]

vocab = {"<pad>": 0}
for s in sentences:
    for w in s:
        vocab.setdefault(w.lower(), len(vocab))


class NERDataset(Dataset):
    def __len__(self):
        return len(sentences)

    def __getitem__(self, i):
        ids = torch.tensor([vocab[w.lower()] for w in sentences[i]])
        return ids, torch.tensor(tags[i])


def pad_batch(batch):
    words, labels = zip(*batch)
    words = nn.utils.rnn.pad_sequence(words, batch_first=True)
    labels = nn.utils.rnn.pad_sequence(labels, batch_first=True, padding_value=-100)
    return words, labels


class Tagger(nn.Module):
    def __init__(self, n_words, n_tags):
        super().__init__()
        self.emb = nn.Embedding(n_words, 16, padding_idx=0)
        self.rnn = nn.LSTM(16, 16, bidirectional=True, batch_first=True)
        self.out = nn.Linear(32, n_tags)

    def forward(self, words):
        h, _ = self.rnn(self.emb(words))
        return self.out(h)


loader = DataLoader(NERDataset(), batch_size=2)
model = Tagger(len(vocab), 4)
optim = torch.optim.Adam(model.parameters())

for epoch in range(2):
    for words, labels in loader:
        logits = model(words)
        loss = nn.functional.cross_entropy(logits.transpose(1, 2), labels, ignore_index=-100)
        optim.zero_grad()
        loss.backward()
        optim.step()
    print(epoch, float(loss))
