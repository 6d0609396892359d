import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

x = np.load("windows_x.npy")
y = np.load("windows_y.npy")
mean, std = x.mean(axis=(0, 1)), x.std(axis=(0, 1))
x = (x - mean) / (std + 1e-8)
ds = TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y).long())
n_train = int(len(ds) * 0.8)
train, test = torch.utils.data.random_split(ds, [n_train, len(ds) - n_train])
lstm = nn.LSTM(x.shape[2], 32, batch_first=True, bidirectional=True)
head = nn.Linear(64, int(y.max()) + 1)
opt = torch.optim.Adam([*lstm.parameters(), *head.parameters()])
for xb, yb in DataLoader(train, batch_size=10, shuffle=True):
    out, (h, _) = lstm(xb)
    logits = head(torch.cat([h[0], h[1]], dim=1))
    loss = nn.functional.cross_entropy(logits, yb)
    opt.zero_grad()
    loss.backward()
    opt.step()
correct = 0
with torch.no_grad():
    for xb, yb in DataLoader(test, batch_size=10):
        out, _ = lstm(xb)
        correct += (head(out[:, -1]).argmax(1) == yb).sum().item()
print(correct / len(test))
