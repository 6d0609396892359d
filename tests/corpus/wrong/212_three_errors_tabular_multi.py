import argparse
import random
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset, random_split


@dataclass
class Config:
    cat_sizes: list = field(default_factory=lambda: [5, 12, 3])
    n_num: int = 6
    emb: int = 4
    hidden: tuple = (32, 16)
    batch: int = 16


class Tab(Dataset):
    def __init__(self, cfg, n=120):
        rng = np.random.default_rng(1)
        self.cat = np.stack([rng.integers(0, s, n) for s in cfg.cat_sizes], 1)
        self.num = rng.normal(size=(n, cfg.n_num))
        self.y = (self.num[:, 0] > 0).astype(np.int64)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        num = torch.from_numpy(self.num[i])
        return torch.from_numpy(self.cat[i]), num, torch.tensor(self.y[i])


class TabNet(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.embs = nn.ModuleList(nn.Embedding(s, cfg.emb) for s in cfg.cat_sizes)
        self.bn = nn.BatchNorm1d(cfg.n_num)
        dims = [cfg.emb * 2 + cfg.n_num, *cfg.hidden]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(dims, dims[1:]))
        self.out = nn.Linear(dims[-1], 2)

    def forward(self, cat, num):
        e = [emb(cat[:, i]) for i, emb in enumerate(self.embs)]
        x = torch.cat(e + [self.bn(num)], dim=1)
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.out(x)


def train(cfg, epochs):
    ds = Tab(cfg)
    tr, va = random_split(ds, [100, 20])
    net = TabNet(cfg)
    opt = optim.AdamW(net.parameters())
    for _ in range(epochs):
        net.train()
        for cat, num, y in DataLoader(tr, cfg.batch, shuffle=True, drop_last=True):
            loss = nn.functional.cross_entropy(net(cat, num), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
    net.eval()
    probs, truth = [], []
    with torch.no_grad():
        for cat, num, y in DataLoader(va, cfg.batch):
            probs.append(torch.softmax(net(cat, num), 1)[:, 1])
            truth.append(y)
    probs, truth = torch.stack(probs), torch.cat(truth)
    print(((probs > 0.5).long() == truth).float().mean())


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--epochs", type=int, default=2)
    ap.add_argument("--seed", type=int, default=0)
    a = ap.parse_args()
    random.seed(a.seed)
    train(Config(), a.epochs)
