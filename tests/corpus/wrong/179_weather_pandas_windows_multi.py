import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from sklearn.preprocessing import MinMaxScaler
from torch.utils.data import DataLoader, Dataset

LOOKBACK, HORIZON = 24, 6

df = pd.read_csv("weather_missing.csv")
values = df[["temp", "hum", "wind"]].values
scaler = MinMaxScaler()
scaled = scaler.fit_transform(values).astype(np.float32)
split = 160
train_values, test_values = scaled[:split], scaled[split:]


class Windows(Dataset):
    def __init__(self, arr):
        self.arr = arr

    def __len__(self):
        return len(self.arr) - LOOKBACK - HORIZON

    def __getitem__(self, i):
        x = torch.from_numpy(self.arr[i:i + LOOKBACK])
        y = torch.from_numpy(self.arr[i + LOOKBACK:i + LOOKBACK + HORIZON, 0])
        return x, y


class Forecaster(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.lstm = nn.LSTM(3, hidden, 2, batch_first=True)
        self.norm = nn.LayerNorm(64)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x):
        out, (h, c) = self.lstm(x)
        last = self.norm(h[-1])
        return self.head(last)


model = Forecaster()
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
loader = DataLoader(Windows(train_values), batch_size=16, shuffle=True)
for epoch in range(2):
    for x, y in loader:
        pred = model(x).squeeze(-1)
        err = pred - y
        loss = (err ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()

model.eval()
with torch.no_grad():
    x, y = Windows(test_values)[0]
    forecast = model(x.unsqueeze(0))
    back = forecast.permute(0, 2, 1)
print(back.shape)
