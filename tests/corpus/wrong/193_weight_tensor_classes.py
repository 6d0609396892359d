import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

counts = torch.tensor([900.0, 80.0, 20.0])
class_weights = counts.sum() / counts
ds = TensorDataset(torch.randn(50, 20), torch.randint(0, 4, (50,)))
net = nn.Sequential(nn.Linear(20, 40), nn.ReLU(), nn.Linear(40, 4))
criterion = nn.CrossEntropyLoss(weight=class_weights)
opt = torch.optim.Adam(net.parameters())
for x, y in DataLoader(ds, batch_size=25):
    loss = criterion(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
