import torch
import torch.nn as nn
import torch.nn.functional as F


class EmbeddingNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(30, 64), nn.PReLU(), nn.Linear(64, 16))

    def forward(self, x):
        return F.normalize(self.fc(x), dim=-1)


class ContrastiveHead(nn.Module):
    def __init__(self, temperature=0.1):
        super().__init__()
        self.t = temperature

    def forward(self, z1, z2):
        n = z1.size(0)
        z = torch.cat([z1, z2])
        sim = z @ z.T / self.t
        eye = torch.eye(n, dtype=torch.bool)
        sim = sim.masked_fill(eye, float("-inf"))
        labels = torch.cat([torch.arange(n) + n, torch.arange(n)])
        return F.cross_entropy(sim, labels)


net, head = EmbeddingNet(), ContrastiveHead()
opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
for _ in range(3):
    x = torch.randn(24, 30)
    a, b = x + 0.1 * torch.randn_like(x), x + 0.1 * torch.randn_like(x)
    loss = head(net(a), net(b))
    opt.zero_grad()
    loss.backward()
    opt.step()
