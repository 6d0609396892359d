import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader


class Triplets(Dataset):
    def __init__(self, n_speakers=4, per=5, frames=40, mels=20):
        g = torch.Generator().manual_seed(0)
        self.utts = torch.randn(n_speakers, per, frames, mels, generator=g)
        self.n, self.per = n_speakers, per

    def __len__(self):
        return self.n * self.per

    def __getitem__(self, i):
        s, k = divmod(i, self.per)
        anchor = self.utts[s, k]
        positive = self.utts[s, k + 1]
        negative = self.utts[(s + 1) % self.n, k]
        return anchor, positive, negative


class StatsPool(nn.Module):
    def forward(self, h):
        return torch.cat([h.mean(dim=2), h.std(dim=2)], dim=1)


class XVector(nn.Module):
    def __init__(self, mels=20, emb=16):
        super().__init__()
        self.tdnn = nn.Sequential(
            nn.Conv1d(mels, 32, 5), nn.ReLU(), nn.BatchNorm1d(32),
            nn.Conv1d(32, 32, 3, dilation=2), nn.ReLU(), nn.BatchNorm1d(32),
        )
        self.pool = StatsPool()
        self.fc = nn.Linear(32, emb)

    def forward(self, x):
        return F.normalize(self.fc(self.pool(self.tdnn(x.transpose(1, 2)))), dim=1)


def eer(scores, same):
    thr = scores.sort().values
    far = ((scores[None] >= thr[:, None]) & ~same[None]).float().sum(1) / (~same).sum()
    frr = ((scores[None] < thr[:, None]) & same[None]).float().sum(1) / same.sum()
    k = (far - frr).abs().argmin()
    return (far[k] + frr[k]) / 2


net = XVector()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
criterion = nn.TripletMarginLoss(margin=0.3)
for epoch in range(2):
    for a, p, n in DataLoader(Triplets(), batch_size=10):
        loss = criterion(net(a), net(p), net(n))
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())

net.eval()
utts = Triplets().utts
with torch.no_grad():
    emb = net(utts.flatten(0, 1))
spk = torch.arange(4).repeat_interleave(5)
sim = emb @ emb.T
same = spk[:, None] == spk[None, :]
iu = torch.triu_indices(20, 20, offset=1)
print("EER", eer(sim[iu], same[iu[0], iu[1]]).item())
