import torch
import torch.nn as nn


class Head(nn.Module):
    def __init__(self, d, k):
        super().__init__()
        self.norm = nn.LayerNorm(d)
        self.fc = nn.Linear(d, k)

    def forward(self, x):
        return self.fc(self.norm(x))


class Classifier(nn.Module):
    def __init__(self, d=32, k=4):
        super().__init__()
        self.stem = nn.Linear(10, d)
        self.head = Head(d, k)

    def forward(self, x):
        return self.head(torch.relu(self.stem(x)))


def train(model, x, y):
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        loss = nn.functional.cross_entropy(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return model


def size_mb(model):
    return sum(p.numel() * p.element_size() for p in model.parameters()) / 2 ** 20


x, y = torch.randn(50, 10), torch.randint(0, 4, (50,))
model = train(Classifier(), x, y)
print("float32", size_mb(model))
model = model.to(torch.bfloat16)
print("bfloat16", size_mb(model))
with torch.inference_mode():
    logits = model(x)
print("accuracy", (logits.argmax(1) == y).float().mean())
