import torch
from torch import nn, optim
from torch.utils.data import Dataset, DataLoader, Subset


class Tabular(Dataset):
    def __init__(self, rows=81):
        g = torch.Generator().manual_seed(3)
        self.x = torch.randn(rows, 10, generator=g)
        self.y = (self.x[:, 0] > 0).long()

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, k):
        return self.x[k], self.y[k]


data = Tabular()
train_part = Subset(data, range(65))
valid_part = Subset(data, range(65, 81))
loaders = {
    "train": DataLoader(train_part, batch_size=16, shuffle=True),
    "val": DataLoader(valid_part, batch_size=16),
}
model = nn.Sequential(nn.Linear(10, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 2))
opt = optim.Adam(model.parameters())

for epoch in range(2):
    for phase in ["train", "val"]:
        model.train() if phase == "train" else model.eval()
        losses = []
        for xb, yb in loaders[phase]:
            with torch.set_grad_enabled(phase == "train"):
                out = model(xb)
                loss = nn.functional.cross_entropy(out, yb)
                if phase == "train":
                    opt.zero_grad()
                    loss.backward()
                    opt.step()
            losses.append(loss.item())
        print(phase, sum(losses) / len(losses))
