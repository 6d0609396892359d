import torch
import torch.nn as nn
import torch.nn.functional as F


class BinaryClassifier(nn.Module):
    def __init__(self, in_dim):
        super().__init__()
        self.hidden = nn.Linear(in_dim, 16)
        self.out = nn.Linear(16, 1)

    def forward(self, x):
        return self.out(F.relu(self.hidden(x)))


def make_data(n):
    x = torch.randn(n, 30)
    y = (x[:, :5].sum(dim=1) > 0).float()
    return x, y


def accuracy(logits, y):
    return ((logits > 0).float().view(-1) == y).float().mean().item()


def fit(model, x, y, steps=10):
    loss_fn = nn.BCEWithLogitsLoss()
    opt = torch.optim.Adam(model.parameters())
    for step in range(steps):
        logits = model(x)
        loss = loss_fn(logits, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        if step % 5 == 0:
            print(f"step {step} loss {loss.item():.4f} acc {accuracy(logits, y):.3f}")


def main():
    torch.manual_seed(1)
    x, y = make_data(128)
    fit(BinaryClassifier(30), x, y)


main()
