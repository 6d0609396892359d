import torch
import torch.nn as nn


class Embedder(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.fc1 = nn.Linear(n_in, 50)
        self.bn1 = nn.BatchNorm1d(50)
        self.fc2 = nn.Linear(50, n_out)

    def forward(self, x):
        return self.fc2(torch.relu(self.bn1(self.fc1(x))))


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = Embedder(20, 8)

    def forward(self, a, b):
        return torch.pairwise_distance(self.embed(a), self.embed(b))


def contrastive(dist, same, margin=1.0):
    return (same * dist.pow(2) + (1 - same) * torch.clamp(margin - dist, min=0).pow(2)).mean()


net = Siamese()
opt = torch.optim.Adam(net.parameters())
pairs = [(torch.randn(20), torch.randn(20), float(i % 2)) for i in range(6)]

for epoch in range(2):
    for a, b, same in pairs:
        dist = net(a.unsqueeze(0), b.unsqueeze(0))
        loss = contrastive(dist, same)
        opt.zero_grad()
        loss.backward()
        opt.step()

net.eval()
print(net(torch.randn(1, 20), torch.randn(1, 20)))
