import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


class Stream(IterableDataset):
    def __init__(self, window, n=300):
        self.window, self.n = window, n

    def signal(self):
        for i in range(self.n):
            yield float(i % 17) / 17

    def __iter__(self):
        buffer = []
        for value in self.signal():
            buffer.append(value)
            if len(buffer) == self.window + 1:
                yield torch.tensor(buffer), buffer[-1]
                buffer = buffer[1:]


W = 20
net = nn.Sequential(nn.Linear(W, 32), nn.ReLU(), nn.Linear(32, 1))
opt = torch.optim.Adam(net.parameters())
for k, (x, y) in enumerate(DataLoader(Stream(W), batch_size=10)):
    pred = net(x).squeeze(1)
    loss = (pred - y.float()).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    if k == 5:
        break
