import math

import torch
import torch.nn as nn


def sliding_windows(series, window):
    xs, ys = [], []
    for i in range(len(series) - window):
        xs.append(series[i:i + window])
        ys.append(series[i + window])
    return torch.stack(xs).unsqueeze(-1), torch.stack(ys).unsqueeze(-1)


class Forecaster(nn.Module):
    def __init__(self, hidden=20):
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.linear = nn.Linear(hidden, 1)

    def forward(self, x):
        out = self.gru(x)
        return self.linear(out[:, -1, :])


t = torch.arange(0, 120) * (2 * math.pi / 24)
series = torch.sin(t) + 0.05 * torch.randn(120)
x, y = sliding_windows(series, window=12)
n_train = 80
x_train, y_train = x[:n_train], y[:n_train]
x_test, y_test = x[n_train:], y[n_train:]

model = Forecaster()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(3):
    model.train()
    optimizer.zero_grad()
    loss = criterion(model(x_train), y_train)
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        test = criterion(model(x_test), y_test).item()
    print(f"{epoch:3d} train {loss.item():.4f} test {test:.4f}")
