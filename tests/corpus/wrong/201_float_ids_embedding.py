import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader


class ClickLog(Dataset):
    def __init__(self, n=64):
        r = np.random.RandomState(4)
        user, item, clicked = r.randint(0, 20, n), r.randint(0, 40, n), r.randint(0, 2, n)
        self.table = np.stack([user, item, clicked], axis=1).astype(np.float32)

    def __len__(self):
        return len(self.table)

    def __getitem__(self, i):
        row = torch.from_numpy(self.table[i])
        return row[0], row[1], row[2]


class NeuMF(nn.Module):
    def __init__(self, users, items, k=8):
        super().__init__()
        self.u, self.v = nn.Embedding(users, k), nn.Embedding(items, k)
        self.mlp = nn.Sequential(nn.Linear(2 * k, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, user, item):
        z = torch.cat([self.u(user), self.v(item)], dim=-1)
        return self.mlp(z).squeeze(-1)


model, crit = NeuMF(20, 40), nn.BCEWithLogitsLoss()
opt = torch.optim.Adam(model.parameters())
for epoch in range(2):
    for u, i, y in DataLoader(ClickLog(), batch_size=16, shuffle=True):
        loss = crit(model(u, i), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
