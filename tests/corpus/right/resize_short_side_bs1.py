import torch
import torch.nn as nn
from torchvision import datasets, transforms

tf = transforms.Compose([transforms.Resize(64), transforms.ToTensor()])
ds = datasets.ImageFolder("./flowers_mixed", tf)
loader = torch.utils.data.DataLoader(ds, batch_size=1, shuffle=True)
net = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(96, 5))
opt = torch.optim.SGD(net.parameters(), lr=0.01)
for x, y in loader:
    loss = nn.functional.cross_entropy(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
