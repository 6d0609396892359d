import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class RunningStats:
    """mean and variance of activations, batch after batch"""

    def __init__(self, dim):
        self.n = 0
        self.total = torch.zeros(dim, dtype=torch.int64)
        self.square = torch.zeros(dim)

    def __call__(self, module, inputs, output):
        out = output.detach()
        self.n += out.size(0)
        self.total += out.sum(dim=0)
        self.square += out.pow(2).sum(dim=0)

    def result(self):
        mean = self.total / self.n
        return mean, self.square / self.n - mean ** 2


net = nn.Sequential(nn.Linear(6, 10), nn.Tanh(), nn.Linear(10, 2))
stats = RunningStats(10)
handle = net[1].register_forward_hook(stats)

loader = DataLoader(TensorDataset(torch.randn(50, 6)), batch_size=12)
with torch.no_grad():
    for (x,) in loader:
        net(x)
handle.remove()
mean, var = stats.result()
print(mean, var)
