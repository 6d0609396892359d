import torch
from torch import nn


def block(c_in, c_out):
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, 3, padding=1),
        nn.BatchNorm2d(c_out),
        nn.ReLU(inplace=True),
        nn.Conv2d(c_out, c_out, 3, padding=1),
        nn.BatchNorm2d(c_out),
        nn.ReLU(inplace=True),
    )


class TinyUNet(nn.Module):
    def __init__(self, n_channels=1, n_classes=2, width=8):
        super().__init__()
        self.enc1 = block(n_channels, width)
        self.enc2 = block(width, width * 2)
        self.enc3 = block(width * 2, width * 4)
        self.down = nn.MaxPool2d(2)
        self.up2 = nn.ConvTranspose2d(width * 4, width * 2, 2, stride=2)
        self.dec2 = block(width * 4, width * 2)
        self.up1 = nn.ConvTranspose2d(width * 2, width, 2, stride=2)
        self.dec1 = block(width * 2, width)
        self.head = nn.Conv2d(width, n_classes, 1)

    def forward(self, x):
        e1 = self.enc1(x)
        e2 = self.enc2(self.down(e1))
        e3 = self.enc3(self.down(e2))
        d2 = self.up2(e3)
        d2 = self.dec2(torch.cat([d2, e2], dim=1))
        d1 = self.up1(d2)
        d1 = self.dec1(torch.cat([d1, e1], dim=1))
        return self.head(d1)


def dice(logits, mask, eps=1e-6):
    prob = logits.softmax(1)[:, 1]
    inter = (prob * mask).sum()
    return (2 * inter + eps) / (prob.sum() + mask.sum() + eps)


model = TinyUNet()
opt = torch.optim.Adam(model.parameters(), lr=3e-4)
size = 50
scans = torch.rand(6, 1, size, size)
masks = (scans[:, 0] > 0.7).long()

for start in range(0, 6, 2):
    img, msk = scans[start:start + 2], masks[start:start + 2]
    logits = model(img)
    loss = nn.functional.cross_entropy(logits, msk) + 1 - dice(logits, msk.float())
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(loss.item())
