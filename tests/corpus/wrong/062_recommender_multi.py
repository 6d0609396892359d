"""Neural collaborative filtering, toy version."""
import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader


class Interactions(Dataset):
    def __init__(self, n_users, n_items, n=120):
        g = torch.Generator().manual_seed(4)
        self.u = torch.randint(0, n_users, (n,), generator=g)
        self.i = torch.randint(0, n_items, (n,), generator=g)
        self.r = (torch.rand(n, generator=g) > 0.5).double()
        self.u[0], self.i[0] = n_users - 1, n_items - 1

    def __len__(self):
        return len(self.r)

    def __getitem__(self, k):
        return self.u[k], self.i[k], self.r[k]


class NCF(nn.Module):
    def __init__(self, n_users, n_items, mf_dim=8, layers=(32, 16, 8)):
        super().__init__()
        self.mf_u, self.mf_i = nn.Embedding(n_users, mf_dim), nn.Embedding(n_users, mf_dim)
        self.mlp_u, self.mlp_i = nn.Embedding(n_users, layers[0] // 2), nn.Embedding(n_items, layers[0] // 2)
        self.mlp = nn.Sequential()
        for k, (a, b) in enumerate(zip(layers[:-1], layers[1:])):
            self.mlp.add_module(f"fc{k}", nn.Linear(a, b))
            self.mlp.add_module(f"act{k}", nn.ReLU())
        self.out = nn.Linear(layers[-1], 1)

    def forward(self, u, i):
        mf = self.mf_u(u) * self.mf_i(i)
        deep = self.mlp(torch.cat([self.mlp_u(u), self.mlp_i(i)], dim=-1))
        return torch.sigmoid(self.out(torch.cat([mf, deep], dim=-1))).squeeze(-1)


def hit_rate(model, users, n_items, k=10):
    hits = 0
    items = torch.arange(n_items)
    for u in users:
        with torch.no_grad():
            score = model(u.expand(n_items), items)
        hits += int((score.topk(k).indices == u % n_items).any())
    return hits / len(users)


N_USERS, N_ITEMS = 30, 50
model = NCF(N_USERS, N_ITEMS)
opt = torch.optim.Adam(model.parameters())
bce = nn.BCELoss()
for epoch in range(2):
    for u, i, r in DataLoader(Interactions(N_USERS, N_ITEMS), batch_size=40, shuffle=True):
        loss = bce(model(u, i), r)
        opt.zero_grad()
        loss.backward()
        opt.step()
print(hit_rate(model, torch.arange(5), N_ITEMS))
