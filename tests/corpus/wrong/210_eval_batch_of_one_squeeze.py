import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

train = TensorDataset(torch.randn(40, 9), torch.randint(0, 3, (40,)))
test = TensorDataset(torch.randn(11, 9), torch.randint(0, 3, (11,)))
net = nn.Sequential(nn.Linear(9, 16), nn.ReLU(), nn.Linear(16, 3))
opt = torch.optim.Adam(net.parameters())


def run(loader, training):
    correct = 0
    for x, y in loader:
        logits = net(x.squeeze())
        if training:
            loss = nn.functional.cross_entropy(logits, y)
            opt.zero_grad()
            loss.backward()
            opt.step()
        correct += (logits.argmax(dim=1) == y).sum().item()
    return correct / len(loader.dataset)


for epoch in range(2):
    print(run(DataLoader(train, batch_size=8, shuffle=True), True), run(DataLoader(test, batch_size=1), False))
