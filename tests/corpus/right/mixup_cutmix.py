import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def mixup_data(x, y, alpha=1.0):
    '''Returns mixed inputs, pairs of targets, and lambda'''
    if alpha > 0:
        lam = np.random.beta(alpha, alpha)
    else:
        lam = 1
    batch_size = x.size()[0]
    index = torch.randperm(batch_size)
    mixed_x = lam * x + (1 - lam) * x[index, :]
    y_a, y_b = y, y[index]
    return mixed_x, y_a, y_b, lam


def rand_bbox(size, lam):
    W = size[2]
    H = size[3]
    cut_rat = np.sqrt(1. - lam)
    cut_w = int(W * cut_rat)
    cut_h = int(H * cut_rat)
    cx = np.random.randint(W)
    cy = np.random.randint(H)
    bbx1 = np.clip(cx - cut_w // 2, 0, W)
    bby1 = np.clip(cy - cut_h // 2, 0, H)
    bbx2 = np.clip(cx + cut_w // 2, 0, W)
    bby2 = np.clip(cy + cut_h // 2, 0, H)
    return bbx1, bby1, bbx2, bby2


def mixup_criterion(criterion, pred, y_a, y_b, lam):
    return lam * criterion(pred, y_a) + (1 - lam) * criterion(pred, y_b)


class Random_Erasing(object):
    def __init__(self, p=0.5, area=0.2):
        self.p, self.area = p, area

    def __call__(self, img):
        if torch.rand(1) > self.p:
            return img
        c, h, w = img.shape
        side = int((self.area * h * w) ** 0.5)
        i = torch.randint(0, h - side, (1,)).item()
        j = torch.randint(0, w - side, (1,)).item()
        img = img.clone()
        img[:, i:i + side, j:j + side] = torch.randn(c, side, side)
        return img


class Net(nn.Module):
    def __init__(self, n=10):
        super().__init__()
        self.c1 = nn.Conv2d(3, 16, 3, padding=1)
        self.c2 = nn.Conv2d(16, 16, 3, padding=1)
        self.fc = nn.Linear(16, n)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.relu(self.c2(x))
        x = F.adaptive_avg_pool2d(x, 1)[:, :, 0, 0]
        return self.fc(x)


images = torch.rand(22, 3, 24, 24)
targets = torch.randint(0, 10, (22,))
erase = Random_Erasing()
net = Net()
opt = torch.optim.SGD(net.parameters(), 0.05, momentum=0.9, nesterov=True)
criterion = nn.CrossEntropyLoss()
correct = 0.
total = 0

for epoch in range(2):
    for start in range(0, len(images), 8):
        inp = torch.stack([erase(i) for i in images[start:start + 8]])
        tgt = targets[start:start + 8]
        r = np.random.rand(1)
        if r < 0.5:
            inp, a, b, lam = mixup_data(inp, tgt, 0.4)
        else:
            lam = np.random.beta(1.0, 1.0)
            perm = torch.randperm(inp.size(0))
            a, b = tgt, tgt[perm]
            x1, y1, x2, y2 = rand_bbox(inp.size(), lam)
            inp[:, :, x1:x2, y1:y2] = inp[perm, :, x1:x2, y1:y2]
            lam = 1 - ((x2 - x1) * (y2 - y1) / (inp.size()[-1] * inp.size()[-2]))
        out = net(inp)
        loss = mixup_criterion(criterion, out, a, b, float(lam))
        opt.zero_grad()
        loss.backward()
        opt.step()
        _, predicted = torch.max(out.data, 1)
        total += tgt.size(0)
        correct += (lam * predicted.eq(a.data).cpu().sum().float() + (1 - lam) * predicted.eq(b.data).cpu().sum().float())
    soft = lam * F.one_hot(a, 10).float() + (1 - lam) * F.one_hot(b, 10).float()
    soft_loss = criterion(net(inp), soft)
    print('epoch', epoch, 'acc', 100. * float(correct) / total, 'soft', soft_loss.item())
