import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class RandomCrop:
    def __init__(self, size):
        self.size = size

    def __call__(self, x):
        top = torch.randint(0, x.shape[-2] - self.size + 1, (1,)).item()
        left = torch.randint(0, x.shape[-1] - self.size + 1, (1,)).item()
        return x[..., top:top + self.size, left:left + self.size]


class Upscale:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return F.interpolate(x, scale_factor=self.factor, mode="bilinear", align_corners=False)


class Pipeline:
    def __init__(self, *steps):
        self.steps = steps

    def __call__(self, x):
        for s in self.steps:
            x = s(x)
        return x


class SuperResolution(Dataset):
    def __init__(self, n=12):
        self.full = torch.rand(n, 3, 40, 40)
        self.crop = RandomCrop(24)
        self.blur = Pipeline(Upscale(0.5), Upscale(2))

    def __len__(self):
        return len(self.full)

    def __getitem__(self, i):
        sharp = self.crop(self.full[i])
        return self.blur(sharp), sharp


class SRCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 9, padding=4)
        self.conv2 = nn.Conv2d(16, 8, 1)
        self.conv3 = nn.Conv2d(8, 3, 5, padding=2)

    def forward(self, x):
        return self.conv3(F.relu(self.conv2(F.relu(self.conv1(x)))))


def psnr(a, b):
    return -10 * torch.log10(F.mse_loss(a, b))


model = SRCNN()
opt = torch.optim.Adam([
    {"params": model.conv1.parameters()},
    {"params": model.conv2.parameters()},
    {"params": model.conv3.parameters(), "lr": 1e-5},
], lr=1e-4)
for epoch in range(1):
    for low, high in DataLoader(SuperResolution(), batch_size=4, shuffle=True):
        out = model(low)
        loss = F.mse_loss(out, high)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, psnr(out, high).item())
