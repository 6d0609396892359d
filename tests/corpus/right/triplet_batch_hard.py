# metric learning with batch-hard mining and a P x K batch sampler
import torch
from torch import nn
from torch.utils.data import DataLoader, Sampler, TensorDataset


class PKSampler(Sampler):
    def __init__(self, labels, p, k):
        self.labels = labels
        self.p, self.k = p, k
        self.classes = torch.unique(labels).tolist()
        self.by_class = {c: (labels == c).nonzero(as_tuple=True)[0] for c in self.classes}

    def __len__(self):
        return len(self.labels) // (self.p * self.k)

    def __iter__(self):
        for _ in range(len(self)):
            picked = torch.randperm(len(self.classes))[: self.p]
            batch = []
            for c in picked.tolist():
                pool = self.by_class[self.classes[c]]
                order = torch.randint(len(pool), (self.k,))
                batch.extend(pool[order].tolist())
            yield batch


class Embedder(nn.Module):
    def __init__(self, d_in, d_out):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(d_in, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, d_out))

    def forward(self, x):
        return nn.functional.normalize(self.body(x), dim=1)


def batch_hard(emb, labels, margin=0.2):
    dist = torch.cdist(emb, emb)
    same = labels[:, None] == labels[None, :]
    eye = torch.eye(len(labels), dtype=torch.bool, device=emb.device)
    positive = dist.masked_fill(~same | eye, float("-inf")).max(dim=1).values
    negative = dist.masked_fill(same, float("inf")).min(dim=1).values
    losses = torch.relu(positive - negative + margin)
    hard = losses[losses > 1e-16]
    if hard.numel() == 0:
        return losses.mean(), 0
    return hard.mean(), hard.numel()


def recall_at_1(emb, labels):
    dist = torch.cdist(emb, emb)
    dist.fill_diagonal_(float("inf"))
    nearest = dist.argmin(dim=1)
    return (labels[nearest] == labels).float().mean().item()


torch.manual_seed(5)
centres = torch.randn(6, 20)
y = torch.arange(6).repeat_interleave(15)
x = centres[y] + 0.3 * torch.randn(90, 20)

sampler = PKSampler(y, p=4, k=3)
loader = DataLoader(TensorDataset(x, y), batch_sampler=sampler)
model = Embedder(20, 8)
opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
triplet = nn.TripletMarginLoss(margin=0.3)

for epoch in range(2):
    for xb, yb in loader:
        z = model(xb)
        loss, active = batch_hard(z, yb)
        # and the plain version on rolled pairs, for comparison
        grouped = z.view(4, 3, -1)
        anchor, pos = grouped[:, 0], grouped[:, 1]
        neg = grouped.roll(1, dims=0)[:, 2]
        loss = loss + 0.1 * triplet(anchor, pos, neg)
        opt.zero_grad()
        loss.backward()
        opt.step()
    model.eval()
    with torch.no_grad():
        r = recall_at_1(model(x), y)
    model.train()
    print(f"epoch {epoch}: loss {loss:.3f} active {active} R@1 {r:.2f}")
