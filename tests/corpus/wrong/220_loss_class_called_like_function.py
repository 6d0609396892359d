import torch
from torch import nn
from torchvision import datasets, transforms

mnist = datasets.MNIST("data", train=True, download=True, transform=transforms.ToTensor())
loader = torch.utils.data.DataLoader(mnist, batch_size=16, shuffle=True)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 48), nn.GELU(), nn.Linear(48, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
for picture, digit in loader:
    scores = net(picture)
    loss = nn.CrossEntropyLoss(scores, digit)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
