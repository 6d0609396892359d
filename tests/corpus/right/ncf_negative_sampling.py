import random
from collections import defaultdict

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

random.seed(0); np.random.seed(0); torch.manual_seed(0)

num_users, num_items = 25, 40
ratings = [(random.randrange(num_users), random.randrange(num_items)) for _ in range(180)]
seen = defaultdict(set)
for u, i in ratings:
    seen[u].add(i)


class NCFData(Dataset):
    def __init__(self, pairs, num_neg):
        self.pairs = pairs
        self.num_neg = num_neg
        self.samples = []
        self.ng_sample()

    def ng_sample(self):
        self.samples = [(u, i, 1.0) for u, i in self.pairs]
        for u, _ in self.pairs:
            for _ in range(self.num_neg):
                j = np.random.randint(num_items)
                while j in seen[u]:
                    j = np.random.randint(num_items)
                self.samples.append((u, j, 0.0))

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, idx):
        user, item, label = self.samples[idx]
        return user, item, np.float32(label)


class NeuMF(nn.Module):
    def __init__(self, users, items, mf_dim=8, layers=(32, 16, 8)):
        super().__init__()
        self.mf_user = nn.Embedding(users, mf_dim)
        self.mf_item = nn.Embedding(items, mf_dim)
        self.mlp_user = nn.Embedding(users, layers[0] // 2)
        self.mlp_item = nn.Embedding(items, layers[0] // 2)
        mlp = []
        for n_in, n_out in zip(layers, layers[1:]):
            mlp += [nn.Linear(n_in, n_out), nn.ReLU()]
        self.mlp = nn.Sequential(*mlp)
        self.predict = nn.Linear(mf_dim + layers[-1], 1)
        for m in self.modules():
            if isinstance(m, nn.Embedding):
                nn.init.normal_(m.weight, std=0.01)

    def forward(self, user, item):
        gmf = self.mf_user(user) * self.mf_item(item)
        mlp = self.mlp(torch.cat((self.mlp_user(user), self.mlp_item(item)), -1))
        prediction = self.predict(torch.cat((gmf, mlp), -1))
        return prediction.view(-1)


def hit_ratio(model, k=10):
    hits = []
    for u, i in random.sample(ratings, 20):
        cand = [j for j in range(num_items) if j not in seen[u]][:30] + [i]
        with torch.no_grad():
            scores = model(torch.tensor([u]).expand(len(cand)), torch.tensor(cand))
        _, top = torch.topk(scores, k)
        recommended = torch.take(torch.tensor(cand), top).cpu().numpy().tolist()
        hits.append(int(i in recommended))
    return np.mean(hits)


train_dataset = NCFData(ratings, num_neg=2)
loader = DataLoader(train_dataset, batch_size=100, shuffle=True, num_workers=0)
model = NeuMF(num_users, num_items)
loss_function = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

best_hr = 0
for epoch in range(3):
    model.train()
    loader.dataset.ng_sample()
    for user, item, label in loader:
        model.zero_grad()
        prediction = model(user, item)
        loss = loss_function(prediction, label)
        loss.backward()
        optimizer.step()
    model.eval()
    hr = hit_ratio(model)
    print("epoch {:03d} loss {:.3f} HR {:.3f}".format(epoch, loss.item(), hr))
    if hr > best_hr:
        best_hr, best_epoch = hr, epoch
print("best", best_hr)
