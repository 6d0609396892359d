import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader, random_split

GENRES = ["action", "comedy", "drama", "horror", "romance"]


class Posters(Dataset):
    def __init__(self, n):
        gen = torch.Generator().manual_seed(1)
        self.pixels = torch.rand(n, 3, 18, 12, generator=gen)
        self.genres = [[GENRES[i % 5], GENRES[(i * 2 + 1) % 5]] for i in range(n)]

    def encode(self, names):
        y = torch.zeros(len(GENRES), dtype=torch.long)
        for name in names:
            y[GENRES.index(name)] = 1
        return y

    def __getitem__(self, i):
        return self.pixels[i], self.encode(self.genres[i])

    def __len__(self):
        return len(self.genres)


class PosterNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(3, 10, 3), nn.ReLU(), nn.Conv2d(10, 10, 3), nn.ReLU())
        self.out = nn.Linear(10, len(GENRES))

    def forward(self, x):
        return self.out(self.conv(x).amax(dim=(-2, -1)))


def f1(logits, y):
    pred = logits > 0
    tp = (pred & y.bool()).sum().item()
    return 2 * tp / max(1, pred.sum().item() + int(y.sum()))


train_set, val_set = random_split(Posters(40), [30, 10])
net = PosterNet()
criterion = nn.BCEWithLogitsLoss(pos_weight=torch.full((len(GENRES),), 1.5))
optim = torch.optim.NAdam(net.parameters())

for epoch in range(2):
    net.train()
    for x, y in DataLoader(train_set, batch_size=10, shuffle=True):
        optim.zero_grad()
        loss = criterion(net(x), y)
        loss.backward()
        optim.step()
    net.eval()
    with torch.no_grad():
        scores = [f1(net(x), y) for x, y in DataLoader(val_set, batch_size=5)]
    print(epoch, sum(scores) / len(scores))
