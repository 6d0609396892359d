import random
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader


class Pairs(Dataset):
    def __init__(self):
        self.images = torch.rand(20, 1, 28, 28)
        self.labels = [i % 4 for i in range(20)]

    def __getitem__(self, index):
        other = random.randrange(len(self.images))
        same = float(self.labels[index] == self.labels[other])
        return (self.images[index], self.images[other]), same

    def __len__(self):
        return len(self.images)


class SiameseNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(4))
        self.fc = nn.Linear(8 * 6 * 6, 32)

    def embed(self, x):
        return self.fc(torch.flatten(self.conv(x), 1))

    def forward(self, a, b):
        return self.embed(a), self.embed(b)


net = SiameseNet()
opt = torch.optim.Adam(net.parameters())
for pair, same in DataLoader(Pairs(), batch_size=5):
    e1, e2 = net(pair)
    d = F.pairwise_distance(e1, e2)
    loss = (same * d.pow(2) + (1 - same) * F.relu(1 - d).pow(2)).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
