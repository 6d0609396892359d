from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


@dataclass
class Config:
    n_images: int = 40
    image_size: int = 24
    batch_size: int = 10
    n_classes: int = 5
    lr: float = 1e-3
    epochs: int = 1


class PhotoDataset(Dataset):
    def __init__(self, cfg: Config):
        rng = np.random.RandomState(0)
        shape = (cfg.n_images, cfg.image_size, cfg.image_size, 3)
        self.photos = rng.randint(0, 256, size=shape, dtype=np.uint8)
        self.labels = rng.randint(0, cfg.n_classes, size=cfg.n_images)

    def __len__(self):
        return len(self.photos)

    def __getitem__(self, i):
        photo = self.photos[i].astype(np.float32) / 255.0
        photo = torch.from_numpy(photo)
        return photo, int(self.labels[i])


class PhotoNet(nn.Module):
    def __init__(self, cfg: Config):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
        )
        self.classifier = nn.Linear(32, cfg.n_classes)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.flatten(1))


def train(cfg: Config):
    loader = DataLoader(PhotoDataset(cfg), batch_size=cfg.batch_size, shuffle=True)
    net = PhotoNet(cfg)
    opt = torch.optim.AdamW(net.parameters(), lr=cfg.lr)
    ce = nn.CrossEntropyLoss()
    for epoch in range(cfg.epochs):
        for step, (photo, label) in enumerate(loader):
            loss = ce(net(photo), label)
            opt.zero_grad()
            loss.backward()
            opt.step()
            print(f"epoch {epoch} step {step} loss {loss.item():.3f}")


if __name__ == "__main__":
    train(Config())
