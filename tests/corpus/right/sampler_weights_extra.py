import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

y = torch.cat([torch.zeros(90), torch.ones(10)]).long()
x = torch.randn(100, 4) + y.unsqueeze(1)
weights = 1.0 / torch.bincount(y).float()
sampler = WeightedRandomSampler(weights[y], num_samples=len(y), replacement=True)
net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
crit = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.0]))
opt = torch.optim.Adam(net.parameters())
for xb, yb in DataLoader(TensorDataset(x, y), batch_size=32, sampler=sampler):
    out = net(xb)
    loss = crit(out, yb.float().unsqueeze(1))
    opt.zero_grad()
    loss.backward()
    opt.step()
    acc = ((out > 0).squeeze(1) == yb).float().mean().item()
