import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, random_split
from torchvision import transforms
from torchvision.datasets import ImageFolder

parser = argparse.ArgumentParser()
parser.add_argument("--root", default="xray/train")
parser.add_argument("--bs", type=int, default=8)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--lr", type=float, default=1e-3)
args = parser.parse_args()

tf = transforms.Compose([
    transforms.Grayscale(num_output_channels=1),
    transforms.Resize(128),
    transforms.CenterCrop(128),
    transforms.ToTensor(),
])
full = ImageFolder(args.root, tf)
n_val = int(0.2 * len(full))
train_set, val_set = random_split(full, [len(full) - n_val, n_val])
train_dl = DataLoader(train_set, args.bs, shuffle=True)
val_dl = DataLoader(val_set, args.bs)

model = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(4),
    nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(4),
    nn.Flatten(),
    nn.Linear(16 * 8 * 8, 2),
)
opt = torch.optim.Adam(model.parameters(), lr=args.lr)
lossf = nn.CrossEntropyLoss()

for ep in range(args.epochs):
    model.train()
    for x, y in train_dl:
        opt.zero_grad()
        out = model(x)
        l = lossf(out, y)
        l.backward()
        opt.step()
    model.eval()
    good = 0
    with torch.no_grad():
        for x, y in val_dl:
            good += (model(x).argmax(1) == y).sum().item()
    print(ep, good / len(val_set))
