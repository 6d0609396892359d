import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

temperature = pd.read_csv("weather_missing.csv")["temp"].values.astype(np.float32)
WINDOW = 14


def cut(values, size):
    before, after = [], []
    for start in range(len(values) - size):
        before.append(values[start : start + size])
        after.append(values[start + size])
    return np.array(before), np.array(after)


x, y = cut(temperature, WINDOW)
loader = DataLoader(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)), batch_size=20)


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(input_size=1, hidden_size=24, batch_first=True)
        self.head = nn.Linear(24, 1)

    def forward(self, x):
        states, _ = self.gru(x)
        return self.head(states[:, -1, :]).squeeze(1)


net = Forecast()
optimizer = torch.optim.Adam(net.parameters())
for history, target in loader:
    loss = nn.functional.mse_loss(net(history), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
