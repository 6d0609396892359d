import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(42)
n_samples, n_features = 200, 8

X = rng.normal(size=(n_samples, n_features))
w_true = rng.normal(size=(n_features, 1))
y = X @ w_true + 0.1 * rng.normal(size=(n_samples, 1))

split = int(0.8 * n_samples)
X_train, X_val = X[:split], X[split:]
y_train, y_val = y[:split], y[split:]

mu, sigma = X_train.mean(axis=0), X_train.std(axis=0)
X_train = (X_train - mu) / sigma
X_val = (X_val - mu) / sigma

X_train = torch.from_numpy(X_train)
y_train = torch.from_numpy(y_train).float()
X_val = torch.from_numpy(X_val).float()
y_val = torch.from_numpy(y_val).float()

model = nn.Sequential(
    nn.Linear(n_features, 32),
    nn.ReLU(),
    nn.Linear(32, 1),
)
loss_fn = nn.MSELoss()
opt = torch.optim.Adam(model.parameters(), lr=1e-2)

for epoch in range(5):
    opt.zero_grad()
    pred = model(X_train)
    loss = loss_fn(pred, y_train)
    loss.backward()
    opt.step()

    with torch.no_grad():
        val_loss = loss_fn(model(X_val), y_val)
    print(epoch, loss.item(), val_loss.item())
