import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

y = np.array([0] * 70 + [1] * 20 + [2] * 10)
X = np.random.randn(100, 6).astype(np.float32)
weights = len(y) / (3 * np.bincount(y))
net = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 3))
criterion = nn.CrossEntropyLoss(weight=torch.tensor(weights))
opt = torch.optim.Adam(net.parameters())
for xb, yb in DataLoader(TensorDataset(torch.tensor(X), torch.tensor(y)), batch_size=20, shuffle=True):
    out = net(xb)
    loss = criterion(out, yb)
    opt.zero_grad()
    loss.backward()
    opt.step()
