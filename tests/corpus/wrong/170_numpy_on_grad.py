import numpy as np
import torch
import torch.nn as nn

x = np.linspace(-1, 1, 50).astype(np.float32).reshape(-1, 1)
y = 3 * x ** 2 + 0.1 * np.random.randn(50, 1).astype(np.float32)
X, Y = torch.from_numpy(x), torch.from_numpy(y)

net = nn.Sequential(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
history = []
for t in range(5):
    prediction = net(X)
    loss = nn.functional.mse_loss(prediction, Y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    history.append(loss.item())

residual = np.abs(net(X).numpy() - y)
print("worst", residual.max(), "mean", residual.mean(), history[-1])
