import torch
import torch.nn as nn
import torch.nn.functional as F


class FPNHead(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 2, 1)
        self.mid = nn.Conv2d(16, 32, 3, 2, 1)
        self.lat = nn.Conv2d(32, 16, 1)
        self.cls = nn.Conv2d(16, classes, 1)

    def forward(self, x):
        a = F.relu(self.stem(x))
        b = F.relu(self.mid(a))
        p = a + F.interpolate(self.lat(b), scale_factor=2, mode="nearest")
        return self.cls(p)


model = FPNHead()
opt = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(2):
    img = torch.rand(4, 3, 64, 64)
    gt = torch.randint(0, 3, (4, 64, 64))
    out = model(img)
    small = F.interpolate(gt.float(), size=out.shape[-2:], mode="nearest")
    loss = F.cross_entropy(out, small.long())
    opt.zero_grad()
    loss.backward()
    opt.step()
