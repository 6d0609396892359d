# %%
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
import matplotlib.pyplot as plt

# %% data
np.random.seed(0)
N = 90
angles = np.linspace(0, 4 * np.pi, N)
spiral = np.stack([angles * np.cos(angles), angles * np.sin(angles)], axis=1)
noise = np.random.randn(N, 2) * 0.1
X = torch.tensor(spiral + noise, dtype=torch.float32)
Y = torch.tensor(np.arange(N) % 3)
plt.scatter(X[:, 0], X[:, 1], c=Y)

# %% one hot
onehot = torch.zeros(N, 3)
onehot.scatter_(1, Y, 1.0)
print(onehot[:5])

# %% model
net = nn.Sequential(nn.Linear(2, 20), nn.ReLU(), nn.Linear(20, 3))
opt = optim.Adam(net.parameters(), lr=0.01)
for i in range(20):
    logits = net(X)
    loss = nn.CrossEntropyLoss()(logits, Y)
    opt.zero_grad()
    loss.backward()
    opt.step()

# %% decision surface
xx, yy = np.meshgrid(np.linspace(-12, 12, 30), np.linspace(-12, 12, 30))
grid = np.c_[xx.ravel(), yy.ravel()]
with torch.no_grad():
    z = net(torch.from_numpy(grid)).argmax(1)
plt.contourf(xx, yy, z.view(30, 30).numpy())

# %% per class mean
means = torch.stack([X[Y == c].mean(0) for c in range(3)])
dist = torch.cdist(X, means)
spread = dist.gather(1, Y.view(-1, 1)).squeeze()
print(spread.view(3, 40).mean(1))
