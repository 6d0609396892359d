import torch
import torch.nn as nn

CFG = dict(vocab=60, dim=24, classes=4, hidden=36)


class BagEncoder(nn.Module):
    def __init__(self, vocab, dim):
        super().__init__()
        self.bag = nn.EmbeddingBag(vocab, dim, mode="mean")

    def forward(self, text, offsets):
        return self.bag(text, offsets)


class NewsClassifier(nn.Module):
    def __init__(self, vocab, dim, classes, hidden):
        super().__init__()
        self.encoder = BagEncoder(vocab, dim)
        self.fc = nn.Sequential(nn.Linear(hidden, dim), nn.ReLU(), nn.Linear(hidden, classes))

    def forward(self, text, offsets):
        return self.fc(self.encoder(text, offsets))


def collate_batch(batch):
    labels, texts, offsets = [], [], [0]
    for label, text in batch:
        labels.append(label)
        texts.append(torch.tensor(text))
        offsets.append(len(text))
    offsets = torch.tensor(offsets[:-1]).cumsum(dim=0)
    return torch.tensor(labels), torch.cat(texts), offsets


samples = [(i % 4, [(i * k) % 60 for k in range(3 + i % 5)]) for i in range(32)]
loader = torch.utils.data.DataLoader(samples, batch_size=8, collate_fn=collate_batch)
model = NewsClassifier(**CFG)
opt = torch.optim.SGD(model.parameters(), lr=1.0)
for epoch in range(2):
    for labels, text, offsets in loader:
        loss = nn.functional.cross_entropy(model(text, offsets), labels)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())

# a bigger vocabulary: keep what was learned
bigger = BagEncoder(CFG["vocab"] + 20, CFG["dim"])
bigger.load_state_dict(model.encoder.state_dict())
sentence = torch.tensor([3, 14, 15, 9, 26])
print(bigger(sentence.float(), torch.tensor([0])).norm())
