import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
from torchvision import transforms

ds = torchvision.datasets.MNIST(".", train=True, transform=transforms.ToTensor(), download=True)
loader = torch.utils.data.DataLoader(ds, batch_size=16, shuffle=True)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 30), nn.Sigmoid(), nn.Linear(30, 10), nn.Sigmoid())
opt = torch.optim.SGD(net.parameters(), lr=3.0)
for epoch in range(1):
    for data, target in loader:
        out = net(data)
        loss = F.mse_loss(out, target.float())
        opt.zero_grad()
        loss.backward()
        opt.step()
