import numpy as np
import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader


class Molecules(Dataset):
    """atoms with coordinates; padded to the biggest molecule"""

    def __init__(self, n=12, seed=1):
        rng = np.random.default_rng(seed)
        self.items = []
        for i in range(n):
            k = 3 + i % 4
            self.items.append({"z": rng.integers(1, 9, size=k), "pos": rng.normal(size=(k, 3)), "energy": float(k)})
        self.biggest = max(len(m["z"]) for m in self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        m = self.items[i]
        pad = self.biggest - len(m["z"])
        return {
            "z": np.pad(m["z"], (0, pad)),
            "pos": m["pos"].astype(np.float32),
            "energy": np.float32(m["energy"]),
        }


class EnergyNet(nn.Module):
    def __init__(self, dim=16):
        super().__init__()
        self.emb = nn.Embedding(10, dim, padding_idx=0)
        self.mlp = nn.Sequential(nn.Linear(dim + 1, 32), nn.SiLU(), nn.Linear(32, 1))

    def forward(self, z, pos):
        mask = (z > 0).float()
        center = (pos * mask[..., None]).sum(1, keepdim=True) / mask.sum(1)[:, None, None]
        radius = (pos - center).norm(dim=-1, keepdim=True)
        e = self.mlp(torch.cat([self.emb(z), radius], dim=-1)).squeeze(-1)
        return (e * mask).sum(1)


def train(epochs=2):
    net = EnergyNet()
    opt = torch.optim.Adam(net.parameters(), lr=5e-3)
    loader = DataLoader(Molecules(), batch_size=4)
    for epoch in range(epochs):
        for step, batch in enumerate(loader):
            pred = net(batch["z"], batch["pos"])
            loss = nn.functional.mse_loss(pred, batch["energy"])
            opt.zero_grad()
            loss.backward()
            opt.step()
        print(epoch, loss.item())


train()
