import torch
from torch import nn
from torchvision import datasets, transforms

cifar = datasets.CIFAR10("data", download=True, transform=transforms.ToTensor())
loader = torch.utils.data.DataLoader(cifar, batch_size=32)


class Squeeze(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(3, 12, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(12, 24, 3, stride=2, padding=1))
        self.up1 = nn.ConvTranspose2d(24, 12, 3, stride=2, padding=1, output_padding=1)
        self.up2 = nn.ConvTranspose2d(12, 3, 3, stride=2, padding=1)

    def forward(self, x):
        return torch.sigmoid(self.up2(torch.relu(self.up1(self.down(x)))))


net = Squeeze()
optimizer = torch.optim.Adam(net.parameters())
for picture, _ in loader:
    loss = nn.functional.mse_loss(net(picture), picture)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
