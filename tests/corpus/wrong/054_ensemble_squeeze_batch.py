import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class Ranker(nn.Module):
    def __init__(self, n_feat):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_feat, 16), nn.ELU(), nn.Linear(16, 1))

    def forward(self, x):
        return self.net(x).squeeze()


def predict(model, loader):
    scores = []
    model.eval()
    with torch.no_grad():
        for (xb,) in loader:
            scores.append(model(xb))
    return torch.cat(scores)


def ndcg(scores, relevance, k=10):
    order = scores.argsort(descending=True)[:k]
    gain = relevance[order].float()
    discount = torch.log2(torch.arange(k) + 2.0)
    ideal = relevance.float().sort(descending=True).values[:k]
    return (gain / discount).sum() / (ideal / discount).sum()


torch.manual_seed(2)
documents = torch.randn(65, 7)
relevance = torch.arange(65) % 3
loader = DataLoader(TensorDataset(documents), batch_size=16)
models = [Ranker(7) for _ in range(3)]
scores = torch.stack([predict(m, loader) for m in models]).mean(dim=0)
print("nDCG@10", ndcg(scores, relevance).item())
