import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

table = pd.read_csv("heart_missing.csv")
labels = torch.tensor(table["target"].values)
features = torch.tensor(table.drop("target", axis=1).values, dtype=torch.float32)
loader = DataLoader(features, labels, batch_size=24, shuffle=True)
model = nn.Linear(13, 2)
for x, y in loader:
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
