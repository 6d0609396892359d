import copy

import torch
import torch.nn as nn


class Encoder(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(20, dim), nn.ReLU(), nn.Linear(dim, dim))

    def forward(self, x):
        return self.net(x)


class Classifier(nn.Module):
    def __init__(self, n_classes, dim=32):
        super().__init__()
        self.encoder = Encoder(dim)
        self.head = nn.Linear(dim, n_classes)

    def forward(self, x):
        return self.head(self.encoder(x))


def train(model, x, y, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()


def pretrain():
    model = Classifier(n_classes=100)
    loss = train(model, torch.randn(64, 20), torch.randint(0, 100, (64,)), steps=3)
    print("pretraining loss", loss)
    return copy.deepcopy(model.state_dict())


def finetune(checkpoint):
    model = Classifier(n_classes=5)

    model.load_state_dict(checkpoint, strict=False)
    for p in model.encoder.parameters():
        p.requires_grad = False
    loss = train(model, torch.randn(32, 20), torch.randint(0, 5, (32,)), steps=3)
    print("fine-tuning loss", loss)


if __name__ == "__main__":
    finetune(pretrain())
