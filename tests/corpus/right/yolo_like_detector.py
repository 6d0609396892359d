import torch
import torch.nn as nn
import torch.nn.functional as F


def box_iou(a, b):
    area1 = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area2 = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    lt = torch.max(a[:, None, :2], b[:, :2])
    rb = torch.min(a[:, None, 2:], b[:, 2:])
    wh = (rb - lt).clamp(min=0)
    inter = wh[:, :, 0] * wh[:, :, 1]
    return inter / (area1[:, None] + area2 - inter)


def nms(boxes, scores, thresh=0.5):
    order = scores.argsort(descending=True)
    keep = []
    while order.numel() > 0:
        i = order[0]
        keep.append(i.item())
        if order.numel() == 1:
            break
        iou = box_iou(boxes[i].unsqueeze(0), boxes[order[1:]]).squeeze(0)
        order = order[1:][iou <= thresh]
    return torch.tensor(keep, dtype=torch.long)


class ConvBN(nn.Sequential):
    def __init__(self, i, o, k=3, s=1):
        super().__init__(nn.Conv2d(i, o, k, s, k // 2, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(0.1))


class TinyYolo(nn.Module):
    anchors = [(8., 8.), (16., 20.), (30., 24.)]

    def __init__(self, num_classes=3):
        super().__init__()
        self.nc = num_classes
        self.na = len(self.anchors)
        self.no = num_classes + 5
        self.backbone = nn.Sequential(ConvBN(3, 8, s=2), ConvBN(8, 16, s=2), ConvBN(16, 32, s=2))
        self.head = nn.Conv2d(32, self.na * self.no, 1)
        self.register_buffer("anchor_wh", torch.tensor(self.anchors).view(1, self.na, 1, 1, 2))
        self.grid = None

    def forward(self, x):
        stride = 8
        y = self.head(self.backbone(x))
        bs, _, ny, nx = y.shape
        y = y.view(bs, self.na, self.no, ny, nx).permute(0, 1, 3, 4, 2).contiguous()
        if self.training:
            return y
        if self.grid is None or self.grid.shape[2:4] != y.shape[2:4]:
            yv, xv = torch.meshgrid([torch.arange(ny), torch.arange(nx)], indexing="ij")
            self.grid = torch.stack((xv, yv), 2).view((1, 1, ny, nx, 2)).float()
        z = y.sigmoid()
        xy = (z[..., 0:2] * 2. - 0.5 + self.grid) * stride
        wh = (z[..., 2:4] * 2) ** 2 * self.anchor_wh
        return torch.cat((xy, wh, z[..., 4:]), -1).view(bs, -1, self.no)


def postprocess(prediction, conf_thres=0.2, iou_thres=0.5, max_det=20):
    out = []
    for x in prediction:
        x = x[x[:, 4] > conf_thres]
        if not x.shape[0]:
            out.append(torch.zeros(0, 6))
            continue
        x[:, 5:] *= x[:, 4:5]
        box = torch.cat([x[:, :2] - x[:, 2:4] / 2, x[:, :2] + x[:, 2:4] / 2], 1)
        conf, j = x[:, 5:].max(1, keepdim=True)
        det = torch.cat((box, conf, j.float()), 1)[conf.view(-1) > conf_thres]
        offset = det[:, 5:6] * 4096
        keep = nms(det[:, :4] + offset, det[:, 4], iou_thres)[:max_det]
        out.append(det[keep])
    return out


def compute_loss(pred, targets, model):
    """targets: one row per box: image, class, gx, gy, gw, gh in grid units"""
    bs, na, ny, nx, no = pred.shape
    obj = torch.zeros(bs, na, ny, nx)
    img = targets[:, 0].long()
    cls = targets[:, 1].long()
    gx, gy = targets[:, 2:4].long().unbind(1)
    ratio = targets[:, None, 4:6] * 8 / model.anchor_wh.view(1, na, 2)
    best = torch.max(ratio, 1 / ratio).max(2).values.argmin(1)
    ps = pred[img, best, gy, gx]
    lbox = F.smooth_l1_loss(ps[:, :2].sigmoid(), targets[:, 2:4].frac())
    onehot = torch.full_like(ps[:, 5:], 0.05)
    onehot[range(len(targets)), cls] = 0.95
    lcls = F.binary_cross_entropy_with_logits(ps[:, 5:], onehot)
    obj[img, best, gy, gx] = 1.0
    lobj = F.binary_cross_entropy_with_logits(pred[..., 4], obj)
    return lbox + lcls + lobj, torch.stack((lbox, lobj, lcls)).detach()


torch.manual_seed(3)
model = TinyYolo()
opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
targets = torch.tensor([[0, 1, 2.3, 4.1, 1.5, 1.2], [0, 0, 6.7, 1.2, 3.0, 2.5], [1, 2, 3.5, 3.5, 1.0, 1.0]])
for step in range(3):
    loss, items = compute_loss(model(torch.rand(2, 3, 64, 80)), targets, model)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(step, loss.item(), items.tolist())
model.eval()
with torch.no_grad():
    for size in ((64, 80), (32, 32)):
        dets = postprocess(model(torch.rand(2, 3, *size)))
        for d in dets:
            for *xyxy, conf, c in d[:2]:
                print([round(v.item(), 1) for v in xyxy], f"{conf:.2f}", int(c))
print(nms(torch.tensor([[0., 0, 10, 10], [1, 1, 10, 10], [20, 20, 30, 30]]), torch.tensor([0.9, 0.8, 0.7])))
