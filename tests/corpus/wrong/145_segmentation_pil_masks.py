import os

import numpy as np
import torch
import torch.nn as nn
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms


class CarvanaDataset(Dataset):
    def __init__(self, image_dir, mask_dir):
        self.image_dir = image_dir
        self.mask_dir = mask_dir
        self.images = os.listdir(image_dir)
        self.tf = transforms.Compose([transforms.Resize((96, 128)), transforms.ToTensor()])

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        img = Image.open(os.path.join(self.image_dir, self.images[index])).convert("RGB")
        mask = Image.open(os.path.join(self.mask_dir, self.images[index])).convert("L")
        return self.tf(img), self.tf(mask)


class TinySeg(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.up = nn.ConvTranspose2d(16, 16, 2, stride=2)
        self.out = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        return self.out(self.up(self.down(x)))


loader = DataLoader(CarvanaDataset("carvana/imgs", "carvana/masks"), batch_size=4, shuffle=True)
model = TinySeg()
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
for data, targets in loader:
    predictions = model(data).squeeze(1)
    loss = loss_fn(predictions, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
