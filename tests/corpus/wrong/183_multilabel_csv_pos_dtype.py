import os

import pandas as pd
import torch
import torch.nn as nn
from PIL import Image
from torch.utils.data import Dataset, DataLoader
from torchvision import transforms


class ChestDataset(Dataset):
    def __init__(self, csv_file, img_dir, transform=None):
        self.table = pd.read_csv(csv_file)
        self.img_dir = img_dir
        self.transform = transform

    def __len__(self):
        return len(self.table)

    def __getitem__(self, idx):
        path = os.path.join(self.img_dir, str(self.table.iloc[idx, 0]) + ".png")
        image = Image.open(path).convert("RGB")
        labels = torch.tensor(self.table.iloc[idx, 1:].values.astype("int64"))
        if self.transform:
            image = self.transform(image)
        return image, labels


tf = transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()])
loader = DataLoader(ChestDataset("chest_missing.csv", "chest", tf), batch_size=4, shuffle=True)
model = nn.Sequential(
    nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5), nn.Sigmoid(),
)
criterion = nn.BCELoss()
opt = torch.optim.Adam(model.parameters())
for images, labels in loader:
    opt.zero_grad()
    preds = model(images)
    loss = criterion(preds, labels)
    loss.backward()
    opt.step()
