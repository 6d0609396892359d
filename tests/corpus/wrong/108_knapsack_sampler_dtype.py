import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler


def class_weights(y):
    counts = torch.bincount(y)
    return counts.sum() / counts


class Rebalancer:
    """draws replay samples in proportion to their last loss"""

    def __init__(self, n):
        self.priority = torch.ones(n, dtype=torch.long)

    def draw(self, k):
        return torch.multinomial(self.priority, k, replacement=True)

    def update(self, idx, losses):
        self.priority[idx] = losses.detach().to(self.priority.dtype) + 1


x = torch.randn(60, 7)
y = torch.cat([torch.zeros(50), torch.ones(10)]).long()
weights = class_weights(y)[y]
warmup = DataLoader(TensorDataset(x, y), batch_size=20, sampler=WeightedRandomSampler(weights.tolist(), 60))

model = nn.Linear(7, 2)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for xb, yb in warmup:
    loss = nn.functional.cross_entropy(model(xb), yb)
    opt.zero_grad()
    loss.backward()
    opt.step()

replay = Rebalancer(len(x))
for it in range(5):
    idx = replay.draw(12)
    losses = nn.functional.cross_entropy(model(x[idx]), y[idx], reduction="none")
    opt.zero_grad()
    losses.mean().backward()
    opt.step()
    replay.update(idx, losses)
    print(it, losses.mean().item())
