import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)


def fgsm(model, x, y, eps):
    x.requires_grad_(True)
    loss = F.cross_entropy(model(x), y)
    model.zero_grad()
    loss.backward()
    adv = (x + eps * x.grad.sign()).clamp(0, 1)
    return adv.detach()


def train(model, data, target):
    opt = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(3):
        opt.zero_grad()
        F.cross_entropy(model(data), target).backward()
        opt.step()


def evaluate(model, batches, eps):
    model.eval()
    robust = total = 0
    with torch.no_grad():
        for x, y in batches:
            adv = fgsm(model, x, y, eps)
            robust += (model(adv).argmax(1) == y).sum().item()
            total += len(y)
    return robust / total


data = torch.rand(40, 1, 10, 10)
target = (data.mean((1, 2, 3)) > 0.5).long()
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 8 * 8, 2))
train(model, data, target)
batches = list(zip(data.split(10), target.split(10)))
for eps in (0.0, 0.05, 0.1):
    print(eps, evaluate(model, batches, eps))
