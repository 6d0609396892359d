import torch
import torch.nn as nn


class TextCNN(nn.Module):
    def __init__(self, vocab, dim=20, kernels=(2, 3, 4), n_filters=8, classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab, dim)
        self.convs = nn.ModuleList([nn.Conv1d(dim, n_filters, k) for k in kernels])
        self.dropout = nn.Dropout(0.4)
        self.fc = nn.Linear(n_filters * len(kernels), classes)

    def forward(self, tokens):
        x = self.embedding(tokens).permute(0, 2, 1)
        pooled = [torch.relu(conv(x)).max(dim=2).values for conv in self.convs]
        x = self.droput(torch.cat(pooled, dim=1))
        return self.fc(x)


def evaluate(model, tokens, labels):
    model.eval()
    with torch.no_grad():
        return (model(tokens).argmax(dim=1) == labels).float().mean().item()


tokens = torch.randint(0, 100, (32, 18))
labels = torch.randint(0, 3, (32,))
model = TextCNN(vocab=100)
opt = torch.optim.Adadelta(model.parameters())
for epoch in range(3):
    model.train()
    for i in range(0, 32, 8):
        out = model(tokens[i:i + 8])
        loss = nn.functional.cross_entropy(out, labels[i:i + 8])
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, evaluate(model, tokens, labels))
