import numpy as np
import torch
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset


class MicroscopeDataset(Dataset):
    def __init__(self, images, labels, augment=False):
        self.images = images
        self.labels = labels
        self.augment = augment

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        img = self.images[index]
        if self.augment and index % 2 == 0:
            img = np.flip(img, axis=1).copy()
        img = (img - 0.5) / 0.5
        return torch.as_tensor(img, dtype=torch.float32), torch.as_tensor(self.labels[index])


class CellNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
        )
        self.pool = nn.AdaptiveMaxPool2d(1)
        self.fc = nn.Linear(16, 2)

    def forward(self, x):
        f = self.backbone(x)
        return self.fc(torch.flatten(self.pool(f), 1))


def epoch_pass(net, loader, loss_fn, opt=None):
    total, n = 0.0, 0
    net.train(opt is not None)
    for img, lab in loader:
        with torch.set_grad_enabled(opt is not None):
            loss = loss_fn(net(img), lab)
        if opt is not None:
            opt.zero_grad()
            loss.backward()
            opt.step()
        total += loss.item() * len(img)
        n += len(img)
    return total / n


if __name__ == "__main__":
    images = np.random.rand(36, 40, 40)
    labels = np.random.randint(0, 2, 36)
    train_loader = DataLoader(MicroscopeDataset(images[:24], labels[:24], augment=True), batch_size=8, shuffle=True)
    val_loader = DataLoader(MicroscopeDataset(images[24:], labels[24:]), batch_size=12)
    net = CellNet()
    opt = optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(2):
        tr = epoch_pass(net, train_loader, nn.CrossEntropyLoss(), opt)
        va = epoch_pass(net, val_loader, nn.CrossEntropyLoss())
        print(epoch, tr, va)
