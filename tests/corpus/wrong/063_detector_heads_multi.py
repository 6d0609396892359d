import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvBNAct(nn.Sequential):
    def __init__(self, c1, c2, k=3, s=1):
        super().__init__(nn.Conv2d(c1, c2, k, s, k // 2, bias=False), nn.BatchNorm2d(c2), nn.SiLU())


class FPN(nn.Module):
    def __init__(self, channels, out=16):
        super().__init__()
        self.lateral = nn.ModuleList([nn.Conv2d(c, out, 1) for c in channels])

    def forward(self, feats):
        laterals = [lat(f) for lat, f in zip(self.lateral, feats)]
        outs = [laterals[-1]]
        for lat in reversed(laterals[:-1]):
            up = F.interpolate(outs[0], scale_factor=2)
            outs.insert(0, lat + up)
        return outs


class Detector(nn.Module):
    def __init__(self, n_classes=3, n_anchors=2):
        super().__init__()
        self.n_classes, self.n_anchors = n_classes, n_anchors
        self.c3 = ConvBNAct(3, 8, s=4)
        self.c4 = ConvBNAct(8, 16, s=2)
        self.c5 = ConvBNAct(16, 32, s=2)
        self.fpn = FPN([8, 16, 32])
        self.cls = nn.Conv2d(16, n_anchors * n_classes, 3, padding=1)
        self.box = nn.Conv2d(16, n_anchors * 4, 3, padding=1)

    def flat(self, t, last):
        n = t.shape[0]
        return t.permute(0, 2, 3, 1).view(n, -1, last)

    def forward(self, img):
        f3 = self.c3(img)
        f4 = self.c4(f3)
        f5 = self.c5(f4)
        pyramid = self.fpn([f3, f4, f5])
        scores = torch.cat([self.flat(self.cls(p), self.n_classes) for p in pyramid], dim=1)
        boxes = torch.cat([self.flat(self.box(p), 4) for p in pyramid], dim=1)
        return scores, boxes


def detection_loss(scores, boxes, labels, gt):
    positive = labels > 0
    cls = F.cross_entropy(scores.flatten(0, 1), labels.flatten())
    reg = F.smooth_l1_loss(boxes[positive], gt[positive[:, :, None]])
    return cls + reg


net = Detector()
opt = torch.optim.SGD(net.parameters(), lr=1e-3)
for step in range(2):
    images = torch.rand(2, 3, 72, 72)
    scores, boxes = net(images)
    labels = torch.arange(scores.shape[1]).remainder(3).expand(2, -1)
    loss = detection_loss(scores, boxes, labels, torch.rand(2, scores.shape[1], 4))
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(step, loss.item())
