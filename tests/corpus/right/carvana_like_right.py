import os

import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms


class Masks(Dataset):
    def __init__(self, image_dir, mask_dir, size=(64, 96)):
        self.image_dir, self.mask_dir = image_dir, mask_dir
        self.names = [n for n in os.listdir(image_dir) if not n.startswith(".")]
        self.tf = transforms.Compose([transforms.Resize(size), transforms.ToTensor()])

    def __len__(self):
        return len(self.names)

    def __getitem__(self, i):
        img = Image.open(os.path.join(self.image_dir, self.names[i])).convert("RGB")
        mask = Image.open(os.path.join(self.mask_dir, self.names[i])).convert("L")
        return self.tf(img), (self.tf(mask) > 0.5).float()


def dice(pred, target, eps=1e-6):
    inter = (pred * target).sum(dim=(1, 2, 3))
    return ((2 * inter + eps) / (pred.sum((1, 2, 3)) + target.sum((1, 2, 3)) + eps)).mean()


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 8, 3, padding=1)
        self.b = nn.Conv2d(8, 16, 3, padding=1)
        self.up = nn.ConvTranspose2d(16, 8, 2, 2)
        self.c = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        a = F.relu(self.a(x))
        b = F.relu(self.b(F.max_pool2d(a, 2)))
        return self.c(torch.cat([a, self.up(b)], 1))


net = Small()
opt = torch.optim.Adam(net.parameters(), lr=1e-4)
for x, y in DataLoader(Masks("carvana/imgs", "carvana/masks"), batch_size=3, shuffle=True):
    logits = net(x)
    loss = F.binary_cross_entropy_with_logits(logits, y) + 1 - dice(torch.sigmoid(logits), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
