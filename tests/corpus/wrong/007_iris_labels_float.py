import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader

np.random.seed(7)
features = np.random.rand(150, 4).astype(np.float32)
species = np.repeat([0.0, 1.0, 2.0], 50)

order = np.random.permutation(150)
features, species = features[order], species[order]

train_ds = TensorDataset(torch.tensor(features[:120]), torch.tensor(species[:120]))
test_ds = TensorDataset(torch.tensor(features[120:]), torch.tensor(species[120:]).long())
train_dl = DataLoader(train_ds, batch_size=24, shuffle=True)
test_dl = DataLoader(test_ds, batch_size=30)

net = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 3))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)


def run_epoch():
    net.train()
    losses = []
    for xb, yb in train_dl:
        optimizer.zero_grad()
        loss = criterion(net(xb), yb)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


def evaluate():
    net.eval()
    hits = 0
    with torch.no_grad():
        for xb, yb in test_dl:
            hits += (net(xb).argmax(1) == yb).sum().item()
    return hits / len(test_ds)


for epoch in range(3):
    print(epoch, run_epoch(), evaluate())
