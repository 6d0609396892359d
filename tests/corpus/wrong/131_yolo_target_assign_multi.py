import argparse
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader

ANCHORS = torch.tensor([[10.0, 14.0], [23.0, 27.0], [37.0, 58.0]])


class Shapes(Dataset):
    def __init__(self, n, size):
        self.n, self.size = n, size

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        image = torch.rand(3, self.size, self.size)
        k = 1 + i % 3
        boxes = torch.rand(k, 4)
        classes = torch.arange(k) % 4
        return image, torch.cat([classes, boxes], dim=1)


def collate(batch):
    images, targets = zip(*batch)
    rows = []
    for i, t in enumerate(targets):
        rows.append(torch.cat([torch.full((len(t), 1), float(i)), t], dim=1))
    return torch.stack(images), torch.cat(rows)


class YoloHead(nn.Module):
    def __init__(self, cin, n_classes):
        super().__init__()
        self.n_out = 5 + n_classes
        self.conv = nn.Conv2d(cin, len(ANCHORS) * n_classes, 1)

    def forward(self, f):
        b, _, h, w = f.shape
        return self.conv(f).view(b, len(ANCHORS), self.n_out, h, w).permute(0, 1, 3, 4, 2)


class Yolo(nn.Module):
    def __init__(self, n_classes=4):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1), nn.SiLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.SiLU(), nn.Conv2d(16, 16, 3, 2, 1), nn.SiLU(),
        )
        self.head = YoloHead(16, n_classes)

    def forward(self, x):
        return self.head(self.body(x))


def yolo_loss(pred, targets):
    b, a, h, w, _ = pred.shape
    img = targets[:, 0]
    cls = targets[:, 1].long()
    gx, gy = targets[:, 2] * w, targets[:, 3] * h
    best = (targets[:, 4:6, None] * 64 - ANCHORS.T).abs().sum(1).argmin(1)
    hit = pred[img, best, gy.long(), gx.long()]
    obj = torch.zeros(b, a, h, w)
    obj[img.long(), best, gy.long(), gx.long()] = 1
    box = F.mse_loss(hit[:, :4].sigmoid(), targets[:, 2:])
    objectness = F.binary_cross_entropy_with_logits(pred[..., 4], obj)
    return box + objectness + F.cross_entropy(hit[:, 5:], cls)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--batch", type=int, default=4)
    opt = parser.parse_args()
    net = Yolo()
    optim = torch.optim.SGD(net.parameters(), lr=1e-2)
    for images, targets in DataLoader(Shapes(8, opt.size), batch_size=opt.batch, collate_fn=collate):
        loss = yolo_loss(net(images), targets)
        optim.zero_grad()
        loss.backward()
        optim.step()
        print(loss.item())


if __name__ == "__main__":
    main()
