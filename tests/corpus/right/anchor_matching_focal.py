import itertools
import math
import torch
from torch import nn
import torch.nn.functional as F


def make_anchors(size, strides=(8, 16), scales=(1.0, 1.26), ratios=(0.5, 1.0, 2.0)):
    all_anchors = []
    for s in strides:
        fh, fw = math.ceil(size[0] / s), math.ceil(size[1] / s)
        base = torch.tensor([[s * 4 * sc * math.sqrt(1 / r), s * 4 * sc * math.sqrt(r)] for sc, r in itertools.product(scales, ratios)])
        cy, cx = torch.meshgrid(torch.arange(fh) * s + s / 2, torch.arange(fw) * s + s / 2, indexing="ij")
        centre = torch.stack([cx, cy], -1).view(-1, 1, 2)
        wh = base.flip(1).view(1, -1, 2)
        centre, wh = torch.broadcast_tensors(centre, wh)
        all_anchors.append(torch.cat([centre, wh], -1).reshape(-1, 4))
    return torch.cat(all_anchors)


def to_corners(b):
    return torch.cat([b[..., :2] - b[..., 2:] / 2, b[..., :2] + b[..., 2:] / 2], dim=-1)


def iou_matrix(a, b):
    lt = torch.maximum(a[:, None, :2], b[None, :, :2])
    rb = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = (rb - lt).clamp(0).prod(-1)
    area = lambda t: (t[:, 2:] - t[:, :2]).prod(-1)
    return inter / (area(a)[:, None] + area(b)[None] - inter)


class Head(nn.Module):
    def __init__(self, c, n_out, n_anchor):
        super().__init__()
        self.n_out = n_out
        self.net = nn.Sequential(nn.Conv2d(c, c, 3, padding=1), nn.ReLU(), nn.Conv2d(c, n_out * n_anchor, 3, padding=1))

    def forward(self, feats):
        outs = []
        for f in feats:
            o = self.net(f)
            N, _, H, W = o.shape
            o = o.view(N, -1, self.n_out, H, W).permute(0, 3, 4, 1, 2).reshape(N, -1, self.n_out)
            outs.append(o)
        return torch.cat(outs, dim=1)


class MiniRetina(nn.Module):
    def __init__(self, classes=4, c=16, n_anchor=6):
        super().__init__()
        self.c1 = nn.Sequential(nn.Conv2d(3, c, 7, stride=4, padding=3), nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True))
        self.c2 = nn.Conv2d(c, c, 3, stride=2, padding=1)
        self.lateral = nn.Conv2d(c, c, 1)
        self.cls = Head(c, classes, n_anchor)
        self.reg = Head(c, 4, n_anchor)
        nn.init.constant_(self.cls.net[-1].bias, -math.log(99))

    def forward(self, x):
        p3 = self.c1(x)
        p4 = self.c2(p3)
        p3 = self.lateral(p3) + F.interpolate(p4, size=p3.shape[-2:], mode="nearest")
        return self.cls([p3, p4]), self.reg([p3, p4])


def focal(logits, targets, alpha=0.25, gamma=2.0):
    p = logits.sigmoid()
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    a_t = alpha * targets + (1 - alpha) * (1 - targets)
    return a_t * ce * (1 - p_t) ** gamma


def loss_fn(cls, reg, anchors, boxes, labels):
    total_c, total_r = [], []
    corners = to_corners(anchors)
    for c, r, b, l in zip(cls, reg, boxes, labels):
        if len(b) == 0:
            total_c.append(focal(c, torch.zeros_like(c)).sum())
            total_r.append(r.sum() * 0)
            continue
        iou = iou_matrix(corners, to_corners(b))
        best, arg = iou.max(dim=1)
        arg[iou.argmax(dim=0)] = torch.arange(len(b))
        best[iou.argmax(dim=0)] = 1.0
        pos = best >= 0.5
        ignore = (best >= 0.4) & ~pos
        target = torch.zeros_like(c)
        target[pos, l[arg[pos]]] = 1.0
        n = max(1, int(pos.sum()))
        total_c.append(focal(c, target)[~ignore].sum() / n)
        gt, an = b[arg[pos]], anchors[pos]
        delta = torch.cat([(gt[:, :2] - an[:, :2]) / an[:, 2:], (gt[:, 2:] / an[:, 2:]).log()], dim=1)
        total_r.append(F.smooth_l1_loss(r[pos], delta, beta=1 / 9, reduction="sum") / n)
    return torch.stack(total_c).mean(), torch.stack(total_r).mean()


if __name__ == "__main__":
    torch.manual_seed(1)
    size = (50, 70)
    anchors = make_anchors(size)
    net = MiniRetina()
    opt = torch.optim.Adam(net.parameters(), 1e-3)
    boxes = [torch.tensor([[20., 20, 18, 18], [50, 30, 30, 20]]), torch.zeros(0, 4), torch.tensor([[35., 25, 40, 40]])]
    labels = [torch.tensor([1, 3]), torch.zeros(0, dtype=torch.long), torch.tensor([0])]
    for _ in range(2):
        cls, reg = net(torch.rand(3, 3, *size))
        assert cls.shape[1] == len(anchors) == reg.shape[1]
        lc, lr = loss_fn(cls, reg, anchors, boxes, labels)
        opt.zero_grad()
        (lc + lr).backward()
        opt.step()
        print(len(anchors), lc.item(), lr.item())
