import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class ECG(Dataset):
    def __init__(self, n=40, length=187):
        self.signals = np.random.rand(n, length).astype("float32")
        self.labels = np.random.randint(0, 5, n)

    def __len__(self):
        return len(self.signals)

    def __getitem__(self, i):
        return torch.from_numpy(self.signals[i]), self.labels[i]


class ConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Sequential(nn.Conv1d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2))
        self.layer2 = nn.Sequential(nn.Conv1d(16, 32, 5, padding=2), nn.ReLU(), nn.AdaptiveAvgPool1d(8))
        self.fc = nn.Linear(256, 5)

    def forward(self, x):
        x = self.layer2(self.layer1(x))
        return self.fc(x.flatten(1))


dl = DataLoader(ECG(), batch_size=10, shuffle=True)
net = ConvNet()
opt = torch.optim.Adam(net.parameters(), 1e-3)
for signal, label in dl:
    loss = nn.functional.cross_entropy(net(signal), label)
    opt.zero_grad()
    loss.backward()
    opt.step()
