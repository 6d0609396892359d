import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset

SIZE = 32
MEAN = np.array([0.485, 0.456, 0.406])
STD = np.array([0.229, 0.224, 0.225])


def fake_imread(seed, h=48, w=40):
    """like cv2.imread: uint8, height x width x BGR"""
    rng = np.random.RandomState(seed)
    return rng.randint(0, 256, (h, w, 3), dtype=np.uint8)


def resize(img, size):
    t = torch.from_numpy(img).permute(2, 0, 1)[None].float()
    t = F.interpolate(t, size=(size, size), mode="bilinear", align_corners=False)
    return t[0].permute(1, 2, 0).round().byte().numpy()


class Augment:
    def __call__(self, img, mask):
        if random.random() < 0.5:
            img, mask = img[:, ::-1], mask[:, ::-1]
        k = random.randrange(4)
        img, mask = np.rot90(img, k), np.rot90(mask, k)
        if random.random() < 0.3:
            noise = np.random.normal(0, 8, img.shape)
            img = np.clip(img.astype(np.float64) + noise, 0, 255).astype(np.uint8)
        return img.copy(), mask.copy()


class SegmentationData(Dataset):
    def __init__(self, n, augment=None):
        self.names = [Path("images") / f"{i:03d}.png" for i in range(n)]
        self.augment = augment

    def __len__(self):
        return len(self.names)

    def __getitem__(self, idx):
        img = fake_imread(int(self.names[idx].stem))
        img = img[..., ::-1]
        img = resize(np.ascontiguousarray(img), SIZE)
        grey = img.mean(axis=2)
        mask = np.digitize(grey, [100, 150])
        if self.augment:
            img, mask = self.augment(img, mask)
        img = (img / 255.0 - MEAN) / STD
        img = torch.from_numpy(img.transpose(2, 0, 1)).float()
        return {"image": img, "mask": torch.as_tensor(mask).long(), "name": self.names[idx].name}


class Seg(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.enc = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU())
        self.aspp = nn.ModuleList(nn.Conv2d(16, 8, 3, padding=d, dilation=d) for d in (1, 2, 4))
        self.dec = nn.Conv2d(24, classes, 1)

    def forward(self, x):
        size = x.shape[-2:]
        h = self.enc(x)
        h = torch.cat([F.relu(a(h)) for a in self.aspp], dim=1)
        return F.interpolate(self.dec(h), size=size, mode="bilinear", align_corners=False)


def iou(pred, target, n):
    out = []
    for c in range(n):
        p, t = pred == c, target == c
        inter, union = np.logical_and(p, t).sum(), np.logical_or(p, t).sum()
        if union > 0:
            out.append(inter / union)
    return float(np.mean(out))


if __name__ == "__main__":
    random.seed(0)
    np.random.seed(0)
    loader = DataLoader(SegmentationData(11, Augment()), batch_size=4, shuffle=True)
    net = Seg()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for batch in loader:
        images, masks = batch["image"], batch["mask"]
        out = net(images)
        loss = F.cross_entropy(out, masks)
        opt.zero_grad()
        loss.backward()
        opt.step()
        pred = out.argmax(dim=1).cpu().numpy()
        score = iou(pred, masks.numpy(), 3)
        print(f"{len(batch['name'])} images {loss.item():.3f} IoU {score:.3f}")

    net.eval()
    sample = SegmentationData(1)[0]["image"]
    with torch.no_grad():
        probs = net(sample.unsqueeze(0)).softmax(1)[0]
    palette = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0]], dtype=np.uint8)
    coloured = palette[probs.argmax(0).numpy()]
    restored = sample.permute(1, 2, 0).numpy() * STD + MEAN
    overlay = (0.5 * restored * 255 + 0.5 * coloured).clip(0, 255).astype("uint8")
    batch = torch.from_numpy(np.stack([overlay, coloured])).permute(0, 3, 1, 2)
    print(overlay.shape, batch.dtype, net(batch.float().div(255)).shape)
    integer = torch.from_numpy(np.arange(6).reshape(2, 3))
    mixed = integer.double() @ torch.from_numpy(np.random.rand(3, 2))
    scalar = torch.tensor(np.float32(3.5)) + torch.as_tensor(np.pi)
    print(mixed.dtype, scalar.dtype, torch.tensor([np.mean([1, 2]), 3]).dtype)
