import torch
import torch.nn as nn


class GCNLayer(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.lin = nn.Linear(i, o)

    def forward(self, x, edge_index):
        src, dst = edge_index
        h = self.lin(x)
        out = torch.zeros_like(h)
        out.index_add_(0, dst, h[src])
        return out


class GCN(nn.Module):
    def __init__(self, n_feat, n_class):
        super().__init__()
        self.g1, self.g2 = GCNLayer(n_feat, 16), GCNLayer(16, n_class)

    def forward(self, x, edge_index):
        return self.g2(torch.relu(self.g1(x, edge_index)), edge_index)


edges = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (4, 1)]
edge_index = torch.tensor(edges)
x = torch.randn(5, 7)
y = torch.tensor([0, 1, 0, 1, 1])
model = GCN(7, 2)
opt = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(2):
    loss = nn.functional.cross_entropy(model(x, edge_index), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
