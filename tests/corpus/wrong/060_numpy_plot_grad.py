import numpy as np
import torch
import torch.nn as nn
import matplotlib.pyplot as plt

x = torch.linspace(-3, 3, 100).unsqueeze(1)
y = x ** 3 + torch.randn_like(x)

net = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for i in range(50):
    loss = ((net(x) - y) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()


def r_squared(target, prediction):
    ss_res = np.sum((target - prediction) ** 2)
    ss_tot = np.sum((target - target.mean()) ** 2)
    return 1 - ss_res / ss_tot


fitted = net(x).numpy()
print("R2", r_squared(y.numpy(), fitted))
plt.scatter(x.numpy(), y.numpy(), s=4)
plt.plot(x.numpy(), fitted, "r")
plt.savefig("fit.png")
