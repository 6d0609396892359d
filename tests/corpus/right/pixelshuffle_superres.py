import math
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.init as init


class Espcn(nn.Module):
    def __init__(self, upscale_factor):
        super(Espcn, self).__init__()
        self.relu = nn.ReLU()
        self.conv1 = nn.Conv2d(1, 16, (5, 5), (1, 1), (2, 2))
        self.conv2 = nn.Conv2d(16, 16, (3, 3), (1, 1), (1, 1))
        self.conv3 = nn.Conv2d(16, upscale_factor ** 2, (3, 3), (1, 1), (1, 1))
        self.pixel_shuffle = nn.PixelShuffle(upscale_factor)
        self._initialize_weights()

    def forward(self, x):
        x = self.relu(self.conv1(x))
        x = self.relu(self.conv2(x))
        x = self.pixel_shuffle(self.conv3(x))
        return x

    def _initialize_weights(self):
        init.orthogonal_(self.conv1.weight, init.calculate_gain('relu'))
        init.orthogonal_(self.conv2.weight, init.calculate_gain('relu'))
        init.orthogonal_(self.conv3.weight)


class RCAB(nn.Module):
    def __init__(self, c, r=4):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(c, c, 3, 1, 1), nn.PReLU(), nn.Conv2d(c, c, 3, 1, 1))
        self.att = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c // r, 1), nn.ReLU(), nn.Conv2d(c // r, c, 1), nn.Sigmoid())

    def forward(self, x):
        res = self.body(x)
        return x + res * self.att(res)


class EDSR(nn.Module):
    def __init__(self, scale, c=12, n=2, colours=3):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.45, 0.44, 0.40]).view(1, 3, 1, 1))
        self.head = nn.Conv2d(colours, c, 3, padding=1)
        self.body = nn.Sequential(*(RCAB(c) for _ in range(n)))
        tail = []
        if scale & (scale - 1) == 0:
            for _ in range(int(math.log2(scale))):
                tail += [nn.Conv2d(c, 4 * c, 3, padding=1), nn.PixelShuffle(2)]
        elif scale == 3:
            tail += [nn.Conv2d(c, 9 * c, 3, padding=1), nn.PixelShuffle(3)]
        else:
            raise NotImplementedError(f"scale {scale}")
        tail.append(nn.Conv2d(c, colours, 3, padding=1))
        self.tail = nn.Sequential(*tail)

    def forward(self, x):
        x = x - self.mean
        h = self.head(x)
        h = h + self.body(h)
        return self.tail(h) + self.mean


def psnr(a, b):
    mse = F.mse_loss(a, b)
    return float('inf') if mse.item() == 0 else 10 * math.log10(1 / mse.item())


def gaussian(window_size, sigma):
    gauss = torch.Tensor([math.exp(-(x - window_size // 2) ** 2 / float(2 * sigma ** 2)) for x in range(window_size)])
    return gauss / gauss.sum()


def ssim(img1, img2, window_size=7):
    channel = img1.size(1)
    one = gaussian(window_size, 1.5).unsqueeze(1)
    two = one.mm(one.t()).float().unsqueeze(0).unsqueeze(0)
    window = two.expand(channel, 1, window_size, window_size).contiguous()
    mu1 = F.conv2d(img1, window, padding=window_size // 2, groups=channel)
    mu2 = F.conv2d(img2, window, padding=window_size // 2, groups=channel)
    s1 = F.conv2d(img1 * img1, window, padding=window_size // 2, groups=channel) - mu1.pow(2)
    s2 = F.conv2d(img2 * img2, window, padding=window_size // 2, groups=channel) - mu2.pow(2)
    s12 = F.conv2d(img1 * img2, window, padding=window_size // 2, groups=channel) - mu1 * mu2
    C1, C2 = 0.01 ** 2, 0.03 ** 2
    m = ((2 * mu1 * mu2 + C1) * (2 * s12 + C2)) / ((mu1.pow(2) + mu2.pow(2) + C1) * (s1 + s2 + C2))
    return m.mean()


luma = Espcn(3)
y = torch.rand(2, 1, 12, 15)
print(luma(y).shape)

for scale in (2, 3, 4):
    net = EDSR(scale)
    hr = torch.rand(2, 3, 12 * scale, 10 * scale)
    lr = F.interpolate(hr, scale_factor=1 / scale, mode="bicubic", align_corners=False, recompute_scale_factor=True)
    sr = net(lr)
    loss = F.l1_loss(sr, hr) + 0.1 * (1 - ssim(sr, hr))
    loss.backward()
    naive = F.interpolate(lr, size=hr.shape[-2:], mode="nearest")
    print(scale, lr.shape[-2:], sr.shape[-2:], f"{psnr(sr.detach().clamp(0, 1), hr):.2f} dB, nearest {psnr(naive, hr):.2f} dB")
try:
    EDSR(5)
except NotImplementedError as e:
    print("no", e)
down = F.pixel_unshuffle(torch.rand(1, 3, 8, 8), 2)
print(down.shape, F.pixel_shuffle(down, 2).shape)
