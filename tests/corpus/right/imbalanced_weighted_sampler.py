import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset, WeightedRandomSampler

torch.manual_seed(0)
counts = [90, 25, 10]
X = torch.cat([torch.randn(n, 6) + i for i, n in enumerate(counts)])
y = torch.cat([torch.full((n,), i) for i, n in enumerate(counts)])

class_sample_count = np.array([len(np.where(y.numpy() == t)[0]) for t in np.unique(y.numpy())])
weight = 1. / class_sample_count
samples_weight = np.array([weight[t] for t in y.numpy()])
samples_weight = torch.from_numpy(samples_weight).double()
sampler = WeightedRandomSampler(samples_weight, len(samples_weight))
loader = DataLoader(TensorDataset(X, y), batch_size=30, sampler=sampler)

for i, (data, target) in enumerate(loader):
    print("batch index {}, 0/1/2: {}/{}/{}".format(
        i, len(np.where(target.numpy() == 0)[0]), len(np.where(target.numpy() == 1)[0]), (target == 2).sum()))


class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0, alpha=None):
        super().__init__()
        self.gamma = gamma
        self.register_buffer("alpha", alpha)

    def forward(self, logits, target):
        logp = F.log_softmax(logits, dim=1)
        logpt = logp.gather(1, target.view(-1, 1)).view(-1)
        pt = logpt.exp()
        if self.alpha is not None:
            logpt = logpt * self.alpha.gather(0, target)
        return (-((1 - pt) ** self.gamma) * logpt).mean()


inv = y.bincount().float().reciprocal()
class_weights = inv / inv.sum() * len(counts)
effective = (1 - 0.99 ** torch.tensor(counts)) / (1 - 0.99)
losses = {
    "plain": nn.CrossEntropyLoss(),
    "weighted": nn.CrossEntropyLoss(weight=class_weights),
    "effective": nn.CrossEntropyLoss(weight=effective.reciprocal() / effective.reciprocal().sum()),
    "focal": FocalLoss(alpha=class_weights),
}
onehot = F.one_hot(y, num_classes=3)
for name, crit in losses.items():
    model = nn.Linear(6, 3)
    opt = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=5)

    def closure():
        opt.zero_grad()
        loss = crit(model(X), y)
        loss.backward()
        return loss

    for _ in range(2):
        loss = opt.step(closure)
    pred = model(X).argmax(1)
    tp = (F.one_hot(pred, 3) * onehot).sum(0)
    recall = tp / onehot.sum(0)
    print(f"{name:10s} loss {loss.item():.3f} recall {[round(r, 2) for r in recall.tolist()]}")
