import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
import torchvision.transforms as transforms
from torch.utils.data import DataLoader

CLASSES = 10

trainset = torchvision.datasets.CIFAR10(root="./data", train=True, download=True, transform=transforms.ToTensor())
trainloader = DataLoader(trainset, batch_size=16, shuffle=True)


class Flat(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, 5, stride=2)
        self.conv2 = nn.Conv2d(12, 24, 5, stride=2)
        self.fc = nn.Linear(24 * 5 * 5, CLASSES)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        return self.fc(x.view(-1, 24 * 5 * 5))


def brier(logits, labels):
    probs = logits.softmax(dim=1)
    return ((probs - labels) ** 2).sum(dim=1).mean()


net = Flat()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
for epoch in range(1):
    running = 0.0
    for images, labels in trainloader:
        optimizer.zero_grad()
        loss = brier(net(images), labels)
        loss.backward()
        optimizer.step()
        running += loss.item()
    print(f"epoch {epoch}: {running / len(trainloader):.4f}")
