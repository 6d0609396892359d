import torch
import torch.nn as nn
import torch.nn.functional as F


class SoftDice(nn.Module):
    def __init__(self, smooth=1.0):
        super().__init__()
        self.smooth = smooth

    def forward(self, logits, target):
        p = torch.sigmoid(logits).flatten(1)
        t = target.flatten(1)
        inter = (p * t).sum(1)
        return 1 - ((2 * inter + self.smooth) / (p.sum(1) + t.sum(1) + self.smooth)).mean()


class SegHead(nn.Module):
    def __init__(self, cin):
        super().__init__()
        self.conv = nn.Conv2d(cin, 1, 1)

    def forward(self, feats, size):
        return F.interpolate(self.conv(feats), size=size, mode="bilinear", align_corners=False)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(),
            nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
        )
        self.head = SegHead(16)

    def forward(self, x):
        feats = self.backbone(x)
        return self.head(feats, feats.shape[-2:])


def synthetic(n, hw=48):
    x = torch.rand(n, 3, hw, hw)
    return x, (x.mean(1, keepdim=True) > 0.5).float()


model, criterion = Model(), SoftDice()
opt = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(3):
    x, y = synthetic(4)
    loss = criterion(model(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(step, float(loss))
