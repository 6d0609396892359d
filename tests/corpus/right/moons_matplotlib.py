import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

rng = np.random.default_rng(0)
r = np.linspace(0.1, 1, 100)
points = []
for k in range(3):
    theta = np.linspace(k * 4, (k + 1) * 4, 100) + rng.normal(size=100) * 0.2
    points.append(np.c_[r * np.sin(theta), r * np.cos(theta)])
X = torch.from_numpy(np.concatenate(points)).float()
y = torch.arange(3).repeat_interleave(100)

model = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 3))
opt = torch.optim.Adam(model.parameters(), lr=0.01)
losses, accs = [], []
for epoch in range(50):
    out = model(X)
    loss = nn.functional.cross_entropy(out, y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    losses.append(loss.item())
    accs.append((out.argmax(1) == y).float().mean().item())

fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(10, 4))
ax1.plot(losses, label="loss")
ax1.plot(accs, label="accuracy")
ax1.legend()
xx, yy = torch.meshgrid(torch.linspace(-1.2, 1.2, 60), torch.linspace(-1.2, 1.2, 60), indexing="xy")
with torch.no_grad():
    zz = model(torch.stack([xx.reshape(-1), yy.reshape(-1)], dim=1)).argmax(1).view(xx.shape)
ax2.contourf(xx.numpy(), yy.numpy(), zz.numpy(), alpha=0.3)
ax2.scatter(X[:, 0], X[:, 1], c=y, s=8)
plt.tight_layout()
plt.savefig("spiral.png")
plt.show()
