import torch
import torch.nn as nn

edges = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (4, 1)]
edge_index = torch.tensor(edges, dtype=torch.long).t().contiguous()
both = torch.cat([edge_index, edge_index.flip(0)], dim=1)
x = torch.randn(5, 7)
deg = torch.zeros(5).scatter_add_(0, both[1], torch.ones(both.size(1)))
norm = deg.clamp(min=1).pow(-0.5)
lin1, lin2 = nn.Linear(7, 16), nn.Linear(16, 2)


def propagate(h):
    msg = h[both[0]] * (norm[both[0]] * norm[both[1]]).unsqueeze(1)
    return torch.zeros_like(h).index_add_(0, both[1], msg)


h = torch.relu(propagate(lin1(x)))
out = propagate(lin2(h))
mask = torch.tensor([True, True, False, False, True])
loss = nn.functional.cross_entropy(out[mask], torch.tensor([0, 1, 1]))
loss.backward()
