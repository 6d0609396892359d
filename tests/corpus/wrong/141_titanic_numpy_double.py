import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch.utils.data import DataLoader, TensorDataset

df = pd.read_csv("heart_missing.csv")
X = df.drop(columns=["target"]).values
y = df["target"].values

X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)
sc = StandardScaler()
X_train = sc.fit_transform(X_train)
X_test = sc.transform(X_test)

train_ds = TensorDataset(torch.from_numpy(X_train), torch.from_numpy(y_train))
train_dl = DataLoader(train_ds, batch_size=32, shuffle=True)


class HeartNet(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.fc1 = nn.Linear(d, 64)
        self.fc2 = nn.Linear(64, 1)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        return torch.sigmoid(self.fc2(x))


net = HeartNet(X_train.shape[1])
crit = nn.BCELoss()
opt = torch.optim.Adam(net.parameters())
for e in range(3):
    for xb, yb in train_dl:
        p = net(xb).squeeze(1)
        loss = crit(p, yb.float())
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(e, loss.item())
