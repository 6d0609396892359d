import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader


class Triples(Dataset):
    def __init__(self):
        self.users = torch.randint(0, 30, (100,))
        self.items = torch.randint(0, 50, (100,))
        self.scores = torch.rand(100) * 5

    def __len__(self):
        return 100

    def __getitem__(self, idx):
        return self.users[idx], self.items[idx], self.scores[idx]


class MF(nn.Module):
    def __init__(self, n_users, n_items, k=8):
        super().__init__()
        self.u = nn.Embedding(n_users, k)
        self.i = nn.Embedding(n_items, k)

    def forward(self, u, i):
        return (self.u(u) * self.i(i)).sum(-1)


mf = MF(30, 50)
opt = torch.optim.Adam(mf.parameters(), lr=1e-2)
for epoch in range(2):
    for (user, item), score in DataLoader(Triples(), batch_size=25):
        loss = nn.functional.mse_loss(mf(user, item), score)
        opt.zero_grad()
        loss.backward()
        opt.step()
