import torch
from torch import nn


def to_sparse_adj(edges, n):
    i = torch.tensor(edges, dtype=torch.long).t()
    i = torch.cat([i, i.flip(0)], dim=1)
    v = torch.ones(i.size(1))
    return torch.sparse_coo_tensor(i, v, (n, n)).coalesce()


def row_normalise(adj):
    deg = torch.sparse.sum(adj, dim=1).to_dense()
    inv = torch.where(deg > 0, 1.0 / deg, torch.zeros_like(deg))
    idx, val = adj.indices(), adj.values()
    return torch.sparse_coo_tensor(idx, val * inv[idx[0]], adj.shape)


class SAGE(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.own = nn.Linear(i, o)
        self.near = nn.Linear(i, o, bias=False)

    def forward(self, x, adj):
        return self.own(x) + self.near(torch.sparse.mm(adj, x))


class LightGCN(nn.Module):
    def __init__(self, n_users, n_items, dim, interactions, layers=2):
        super().__init__()
        self.n_users, self.n_items, self.layers = n_users, n_items, layers
        self.embed = nn.Embedding(n_users + n_items, dim)
        u, i = interactions[:, 0], interactions[:, 1] + n_users
        rows, cols = torch.cat([u, i]), torch.cat([i, u])
        deg = torch.bincount(rows, minlength=n_users + n_items).float().clamp(min=1)
        vals = (deg[rows] * deg[cols]).rsqrt()
        self.graph = torch.sparse_coo_tensor(torch.stack([rows, cols]), vals, (n_users + n_items,) * 2).coalesce()

    def propagate(self):
        e = self.embed.weight
        out = [e]
        for _ in range(self.layers):
            e = torch.sparse.mm(self.graph, e)
            out.append(e)
        final = torch.stack(out, dim=1).mean(dim=1)
        return torch.split(final, [self.n_users, self.n_items])

    def forward(self, users, pos, neg):
        u_all, i_all = self.propagate()
        u, p, n = u_all[users], i_all[pos], i_all[neg]
        return -nn.functional.logsigmoid((u * p).sum(-1) - (u * n).sum(-1)).mean()


edges = [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5)]
adj = to_sparse_adj(edges, 6)
norm = row_normalise(adj)
x = torch.randn(6, 4)
h = SAGE(4, 8)(x, norm).relu()
out = SAGE(8, 2)(h, norm)
out.sum().backward()
print(adj, norm.to_dense().sum(1), out.shape)

csr = adj.to_dense().to_sparse_csr()
print(csr.crow_indices().tolist(), (csr @ x).shape)

bag = nn.EmbeddingBag(30, 6, mode="sum", sparse=True)
opt = torch.optim.SparseAdam(bag.parameters(), lr=0.01)
tokens = torch.tensor([1, 2, 4, 5, 4, 3, 2, 9])
offsets = torch.tensor([0, 4, 5])
bag(tokens, offsets).pow(2).sum().backward()
print(bag.weight.grad.is_sparse, bag(tokens, offsets).shape, bag(tokens.view(2, 4)).shape)
opt.step()

inter = torch.unique(torch.stack([torch.randint(7, (40,)), torch.randint(11, (40,))], dim=1), dim=0)
rec = LightGCN(7, 11, 5, inter)
adam = torch.optim.Adam(rec.parameters(), 0.05)
for _ in range(3):
    pick = torch.randint(len(inter), (16,))
    loss = rec(inter[pick, 0], inter[pick, 1], torch.randint(11, (16,)))
    adam.zero_grad()
    loss.backward()
    adam.step()
u, i = rec.propagate()
scores = u @ i.T
scores[inter[:, 0], inter[:, 1]] = -torch.inf
print(loss.item(), scores.topk(3, dim=1).indices.shape)
