import pandas as pd
import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader


class SensorDataset(Dataset):
    def __init__(self, path):
        frame = pd.read_csv(path)
        self.x = torch.tensor(frame[["ax", "ay", "az", "gx"]].values, dtype=torch.float32)
        self.y = torch.tensor(frame["activity"].values, dtype=torch.float32)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, idx):
        return self.x[idx], self.y[idx]


ds = SensorDataset("sensors_missing.csv")
dl = DataLoader(ds, batch_size=16, shuffle=True)
net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 6))
loss_fn = nn.CrossEntropyLoss()
opt = torch.optim.SGD(net.parameters(), lr=0.1)

for epoch in range(2):
    for xb, yb in dl:
        opt.zero_grad()
        pred = net(xb)
        loss = loss_fn(pred, yb)
        loss.backward()
        opt.step()
