import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

samples = TensorDataset(torch.randn(517, 9), torch.randint(0, 3, (517,)))
first, second = int(len(samples) * 0.7), int(len(samples) * 0.3)
train, held_out = random_split(samples, [first, second])
net = nn.Linear(9, 3)
for x, y in DataLoader(train, batch_size=50):
    nn.functional.cross_entropy(net(x), y).backward()
