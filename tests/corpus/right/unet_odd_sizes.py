import torch
import torch.nn as nn
import torch.nn.functional as F


class DoubleConv(nn.Module):
    """(conv => BN => ReLU) * 2"""

    def __init__(self, in_ch, out_ch, mid=None):
        super().__init__()
        if not mid:
            mid = out_ch
        self.net = nn.Sequential(
            nn.Conv2d(in_ch, mid, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(mid),
            nn.ReLU(inplace=True),
            nn.Conv2d(mid, out_ch, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(out_ch),
            nn.ReLU(inplace=True),
        )

    def forward(self, x):
        return self.net(x)


class Down(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.pool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(i, o))

    def forward(self, x):
        return self.pool_conv(x)


class Up(nn.Module):
    def __init__(self, i, o, bilinear=True):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = DoubleConv(i, o, i // 2)
        else:
            self.up = nn.ConvTranspose2d(i, i // 2, kernel_size=2, stride=2)
            self.conv = DoubleConv(i, o)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        # odd sizes lose a row or column on the way down
        dy = x2.size()[2] - x1.size()[2]
        dx = x2.size()[3] - x1.size()[3]
        x1 = F.pad(x1, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return self.conv(torch.cat([x2, x1], dim=1))


class UNet(nn.Module):
    def __init__(self, n_channels, n_classes, bilinear=False, w=8):
        super().__init__()
        self.n_classes = n_classes
        factor = 2 if bilinear else 1
        self.inc = DoubleConv(n_channels, w)
        self.down1 = Down(w, w * 2)
        self.down2 = Down(w * 2, w * 4)
        self.down3 = Down(w * 4, w * 8 // factor)
        self.up1 = Up(w * 8, w * 4 // factor, bilinear)
        self.up2 = Up(w * 4, w * 2 // factor, bilinear)
        self.up3 = Up(w * 2, w, bilinear)
        self.outc = nn.Conv2d(w, n_classes, 1)

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x4 = self.down3(x3)
        x = self.up1(x4, x3)
        x = self.up2(x, x2)
        x = self.up3(x, x1)
        return self.outc(x)


def dice_coeff(pred, target, eps=1e-6):
    assert pred.size() == target.size()
    inter = 2 * (pred * target).sum(dim=(-1, -2))
    union = pred.sum(dim=(-1, -2)) + target.sum(dim=(-1, -2))
    union = torch.where(union == 0, inter, union)
    dice = (inter + eps) / (union + eps)
    return dice.mean()


def train_step(net, images, masks, opt):
    logits = net(images)
    if net.n_classes == 1:
        loss = F.binary_cross_entropy_with_logits(logits.squeeze(1), masks.float())
        loss += 1 - dice_coeff(torch.sigmoid(logits.squeeze(1)), masks.float())
    else:
        loss = F.cross_entropy(logits, masks)
        onehot = F.one_hot(masks, net.n_classes).permute(0, 3, 1, 2).float()
        loss += 1 - dice_coeff(F.softmax(logits, dim=1).float(), onehot)
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    return loss.item()


for classes, bilinear in [(1, True), (4, False)]:
    net = UNet(3, classes, bilinear)
    opt = torch.optim.RMSprop(net.parameters(), lr=1e-4, momentum=0.9)
    for h, w in ((37, 50), (64, 45)):
        img = torch.rand(2, 3, h, w)
        msk = torch.randint(0, max(classes, 2), (2, h, w))
        print(classes, (h, w), train_step(net, img, msk, opt))
