import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader

# hourly load of a power station, 3 signals
hours = np.arange(24 * 10)
load = np.stack([np.sin(hours / 24 * 2 * np.pi), np.cos(hours / 24 * 2 * np.pi), hours / hours.max()], axis=1)

WINDOW = 24


def make_windows(a, window):
    x = np.array([a[i:i + window] for i in range(len(a) - window)])
    y = np.array([a[i + window, 0] for i in range(len(a) - window)])
    return x, y


x, y = make_windows(load, WINDOW)
X = torch.from_numpy(x)
Y = torch.from_numpy(y).float().unsqueeze(1)


class LoadLSTM(nn.Module):
    def __init__(self, n_features, n_hidden=32, n_layers=2):
        super().__init__()
        self.n_layers = n_layers
        self.n_hidden = n_hidden
        self.lstm = nn.LSTM(n_features, n_hidden, n_layers, batch_first=True)
        self.head = nn.Linear(n_hidden, 1)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.head(out[:, -1])


class NaiveHead(nn.Module):
    """baseline: linear regression on the flat window"""

    def __init__(self, window):
        super().__init__()
        self.lin = nn.Linear(window, 1)

    def forward(self, x):
        return self.lin(x.flatten(1))


loader = DataLoader(TensorDataset(X, Y), batch_size=36)


def train(model, name):
    opt = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(1):
        for xb, yb in loader:
            loss = nn.functional.mse_loss(model(xb), yb)
            opt.zero_grad()
            loss.backward()
            opt.step()
    print(name, loss.item())


train(LoadLSTM(3), "lstm")
train(NaiveHead(WINDOW), "naive")

forecast = []
window = X[-1:].clone()
for _ in range(5):
    nxt = window.mean(dim=1, keepdim=True)
    forecast.append(nxt[0, 0, 0].item())
    window = torch.cat([window[:, 1:], nxt.squeeze(1)], dim=1)
print(forecast)
