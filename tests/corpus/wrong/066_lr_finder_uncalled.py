import torch
import torch.nn as nn


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class DepthwiseSeparable(nn.Module):
    def __init__(self, cin, cout, stride=1):
        super().__init__()
        self.dw = nn.Conv2d(cin, cin, 3, stride, 1, groups=cin)
        self.pw = nn.Conv2d(cin, cout, 1)
        self.act = Swish()

    def forward(self, x):
        return self.act(self.pw(self.dw(x)))


class MobileNet(nn.Module):
    def __init__(self, n_classes=8):
        super().__init__()
        self.layers = [
            DepthwiseSeparable(3, 8, 2),
            DepthwiseSeparable(8, 16, 2),
            DepthwiseSeparable(16, 32, 2),
        ]
        self.classifier = nn.Linear(32, n_classes)

    def forward(self, x):
        x = self.layers(x)
        return self.classifier(x.mean((2, 3)))


torch.manual_seed(0)
net = MobileNet()
images = torch.rand(8, 3, 33, 33)
targets = torch.arange(8)
lr = 1e-4
while lr < 1e-1:
    opt = torch.optim.SGD(net.parameters(), lr=lr)
    loss = nn.functional.cross_entropy(net(images), targets)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(lr, loss.item())
    lr *= 10
