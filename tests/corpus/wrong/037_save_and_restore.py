import io

import torch
import torch.nn as nn


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.bn = nn.BatchNorm2d(8)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x))).mean(dim=(2, 3))


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = Backbone()
        self.box = nn.Linear(8, 4)

    def forward(self, x):
        return self.box(self.backbone(x))


def save(model):
    buf = io.BytesIO()
    torch.save(model.state_dict(), buf)
    buf.seek(0)
    return buf


def load(buf):
    weights = torch.load(buf)
    model = Detector()
    model.load_state_dict(weights)
    model.eval()
    return model


model = nn.DataParallel(Detector())
opt = torch.optim.SGD(model.parameters(), lr=0.01)
for _ in range(3):
    out = model(torch.rand(4, 3, 16, 16))
    loss = out.pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()

restored = load(save(model))
print(restored(torch.rand(1, 3, 16, 16)))
