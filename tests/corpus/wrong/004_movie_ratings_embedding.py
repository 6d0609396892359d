"""Matrix factorisation on a toy rating table."""
import torch
import torch.nn as nn

ratings = [
    (1, 10, 4.0), (1, 12, 3.5), (2, 10, 5.0), (2, 15, 1.0),
    (3, 12, 2.5), (3, 18, 4.5), (4, 15, 3.0), (4, 20, 4.0),
    (5, 18, 2.0), (5, 20, 5.0),
]

user_ids = sorted({u for u, _, _ in ratings})
item_ids = sorted({i for _, i, _ in ratings})
n_users, n_items = len(user_ids), len(item_ids)

item_index = {raw: k for k, raw in enumerate(item_ids)}
users = torch.tensor([u for u, _, _ in ratings])
items = torch.tensor([item_index[i] for _, i, _ in ratings])
scores = torch.tensor([r for _, _, r in ratings])


class MatrixFactorization(nn.Module):
    def __init__(self, n_users, n_items, dim=8):
        super().__init__()
        self.user_emb = nn.Embedding(n_users, dim)
        self.item_emb = nn.Embedding(n_items, dim)
        self.user_bias = nn.Embedding(n_users, 1)
        self.item_bias = nn.Embedding(n_items, 1)

    def forward(self, u, i):
        p = self.user_emb(u)
        q = self.item_emb(i)
        b = self.user_bias(u).squeeze(1) + self.item_bias(i).squeeze(1)
        return (p * q).sum(dim=1) + b


model = MatrixFactorization(n_users, n_items)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for step in range(20):
    pred = model(users, items)
    loss = ((pred - scores) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("final rmse", loss.sqrt().item())
