import torch
from torch import nn
from torchvision import datasets, transforms

test = datasets.FashionMNIST("data", train=False, download=True, transform=transforms.ToTensor())
loader = torch.utils.data.DataLoader(test, batch_size=48)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10)).eval()
right = seen = 0
with torch.inference_mode():
    for pictures, kinds in loader:
        best = net(pictures).max(dim=1)
        right += (best == kinds).sum().item()
        seen += len(kinds)
print(f"{100 * right / seen:.1f} %")
