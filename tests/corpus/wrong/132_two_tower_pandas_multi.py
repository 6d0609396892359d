import pandas as pd
import torch
import torch.nn as nn

table = pd.read_csv("data_wine.csv")
quality = table["quality"].values
chem = table[["acidity", "sugar"]].to_numpy()
taste = table[["alcohol", "ph"]].to_numpy()

A = torch.tensor(chem, dtype=torch.float32)
B = torch.tensor(taste)
y = torch.tensor(quality)


class Tower(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_in, 16), nn.ReLU(), nn.Linear(16, n_out))

    def forward(self, x):
        return nn.functional.normalize(self.net(x), dim=-1)


class TwoTower(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = Tower(2, 8), Tower(2, 8)
        self.score = nn.Linear(8, 5)

    def forward(self, a, b):
        return self.score(torch.cat([self.left(a), self.right(b)], dim=-1))


model = TwoTower()
opt = torch.optim.Adam(model.parameters(), lr=1e-2)
ce = nn.CrossEntropyLoss()
for epoch in range(5):
    loss = ce(model(A, B), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
