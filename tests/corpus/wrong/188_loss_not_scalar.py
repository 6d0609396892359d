import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

sizes = torch.rand(40, 3) * 100
prices = sizes.sum(1, keepdim=True) * 3.1
loader = DataLoader(TensorDataset(sizes, prices), batch_size=8, shuffle=True)
model = nn.Linear(3, 1)
criterion = nn.MSELoss(reduction="none")
opt = torch.optim.SGD(model.parameters(), lr=1e-5)
for epoch in range(2):
    for x, y in loader:
        loss = criterion(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
