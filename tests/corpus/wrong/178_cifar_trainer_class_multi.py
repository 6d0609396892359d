import argparse
import os

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
from tqdm import tqdm


class BasicBlock(nn.Module):
    def __init__(self, cin, cout, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.conv2 = nn.Conv2d(cout, cout, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(cin)
        self.short = nn.Sequential()
        if stride != 1 or cin != cout:
            self.short = nn.Sequential(nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.short(x))


class ResNet(nn.Module):
    def __init__(self, n_classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 1, 1)
        self.body = nn.Sequential(BasicBlock(16, 16), BasicBlock(16, 32, 2), BasicBlock(32, 64, 2))
        self.linear = nn.Linear(256, n_classes)

    def forward(self, x):
        out = self.body(self.stem(x))
        out = F.adaptive_avg_pool2d(out, 1).flatten(1)
        return self.linear(out)


class Trainer:
    def __init__(self, opt):
        tf = transforms.Compose([transforms.RandomCrop(32, padding=4), transforms.ToTensor()])
        self.train_loader = DataLoader(datasets.CIFAR10(opt.data, True, tf, download=True), opt.batch, shuffle=True)
        self.test_loader = DataLoader(datasets.CIFAR10(opt.data, False, transforms.ToTensor()), opt.batch)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.net = ResNet().to(self.device)
        self.optim = torch.optim.SGD(self.net.parameters(), lr=opt.lr, momentum=0.9)
        self.sched = torch.optim.lr_scheduler.CosineAnnealingLR(self.optim, opt.epochs)
        self.epochs = opt.epochs

    def run(self):
        for epoch in range(self.epochs):
            self.net.train()
            for x, y in tqdm(self.train_loader):
                x, y = x.to(self.device), y.to(self.device)
                loss = F.cross_entropy(self.net(x), y)
                self.optim.zero_grad()
                loss.backward()
                self.optim.step()
            self.sched.step()
            print(epoch, self.evaluate())

    @torch.no_grad()
    def evaluate(self):
        self.net.eval()
        preds, trues = [], []
        for x, y in self.test_loader:
            out = self.net(x.to(self.device))
            preds.append(out.argmax(2).cpu().numpy())
            trues.append(y.numpy())
        return (np.concatenate(preds) == np.concatenate(trues)).mean()


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--data", default=os.path.expanduser("~/data"))
    p.add_argument("--batch", type=int, default=48)
    p.add_argument("--lr", type=float, default=0.1)
    p.add_argument("--epochs", type=int, default=1)
    Trainer(p.parse_args()).run()
