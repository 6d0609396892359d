import torch
from torch.utils.data import Dataset, DataLoader
import numpy as np


class BikeCounts(Dataset):
    def __init__(self, days=90):
        r = np.random.RandomState(3)
        temp = r.uniform(-5, 30, size=days)
        wind = r.uniform(0, 15, size=days)
        holiday = r.binomial(1, 0.1, size=days)
        self.x = np.column_stack([temp, wind, holiday]).astype("float32")
        self.y = (20 + 3 * temp - wind + r.normal(size=days)).reshape(-1, 1)

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, k):
        return self.x[k], self.y[k]


data = BikeCounts()
loader = DataLoader(data, batch_size=30, shuffle=True)

model = torch.nn.Linear(3, 1)
optimiser = torch.optim.SGD(model.parameters(), lr=1e-4)
huber = torch.nn.HuberLoss()

for epoch in range(2):
    for features, target in loader:
        pred = model(features)
        loss = huber(pred, target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    print(f"epoch {epoch}: {loss.item():.2f}")
