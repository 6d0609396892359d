import torch
import torch.nn as nn
import torch.nn.functional as F


def conv_by_hand(x, weight, bias=None, padding=0, stride=1):
    n, c, h, w = x.shape
    o, _, kh, kw = weight.shape
    cols = F.unfold(x, (kh, kw), padding=padding, stride=stride)
    out = weight.view(o, -1) @ cols
    if bias is not None:
        out += bias[:, None]
    oh = (h + 2 * padding - kh) // stride + 1
    ow = (w + 2 * padding - kw) // stride + 1
    return out.view(n, o, oh, ow)


x = torch.randn(2, 3, 9, 11)
conv = nn.Conv2d(3, 5, (3, 2), padding=1, stride=2)
mine = conv_by_hand(x, conv.weight, conv.bias, padding=1, stride=2)
print(mine.shape, torch.allclose(mine, conv(x), atol=1e-5))

# tiles with overlap, averaged on the way back
img = torch.rand(1, 3, 32, 48)
k, s = 16, 8
patches = F.unfold(img, kernel_size=k, stride=s)
L = patches.shape[-1]
tiles = patches.transpose(1, 2).reshape(L, 3, k, k)
net = nn.Conv2d(3, 3, 3, padding=1)
with torch.no_grad():
    done = net(tiles)
done = done.reshape(1, L, -1).transpose(1, 2)
summed = F.fold(done, output_size=img.shape[2:], kernel_size=k, stride=s)
count = F.fold(torch.ones_like(done), output_size=(32, 48), kernel_size=k, stride=s)
merged = summed / count
print(L, tiles.shape, merged.shape, count.min().item(), count.max().item())

# Tensor.unfold: sliding windows of a series, and image blocks
series = torch.arange(20.)
windows = series.unfold(0, 6, 2)
blocks = img.unfold(2, 8, 8).unfold(3, 8, 8)
blocks = blocks.contiguous().view(1, 3, -1, 8, 8).permute(0, 2, 1, 3, 4)
print(windows.shape, blocks.shape, windows[-1].tolist())


class LocalAttention(nn.Module):
    def __init__(self, c, k=3):
        super().__init__()
        self.k = k
        self.q = nn.Conv2d(c, c, 1)
        self.kv = nn.Conv2d(c, 2 * c, 1)

    def forward(self, x):
        b, c, h, w = x.shape
        q = self.q(x).reshape(b, c, 1, h * w)
        kv = F.unfold(self.kv(x), self.k, padding=self.k // 2)
        kv = kv.view(b, 2, c, self.k ** 2, h * w)
        key, val = kv.unbind(1)
        att = (q * key).sum(1, keepdim=True).softmax(dim=2)
        return (att * val).sum(2).view(b, c, h, w)


def window_partition(x, ws):
    B, H, W, C = x.shape
    x = x.view(B, H // ws, ws, W // ws, ws, C)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, ws, ws, C)


def window_reverse(windows, ws, H, W):
    B = int(windows.shape[0] / (H * W / ws / ws))
    x = windows.view(B, H // ws, W // ws, ws, ws, -1)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(B, H, W, -1)


feat = torch.randn(2, 8, 12, 4)
win = window_partition(torch.roll(feat, (-2, -2), dims=(1, 2)), 4)
same = torch.roll(window_reverse(win, 4, 8, 12), shifts=(2, 2), dims=(1, 2))
print(win.shape, torch.equal(same, feat), LocalAttention(4)(feat.permute(0, 3, 1, 2)).shape)
