#!/usr/bin/env python
# coding: utf-8

# In[1]:

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

# In[2]:

np.random.seed(0)
N = 300
t = np.random.rand(N) * 4 * np.pi
spiral = np.stack([t * np.cos(t), t * np.sin(t)], 1)
cls = (np.arange(N) % 3)
spiral = spiral * (1 + cls[:, None])

# In[3]:

X = torch.tensor(spiral, dtype=torch.float32)
y = torch.tensor(cls)
X = (X - X.mean(0)) / X.std(0)
X.shape, y.shape

# In[4]:

W1 = torch.randn(2, 16, requires_grad=True)
b1 = torch.zeros(16, requires_grad=True)
W2 = torch.randn(3, 16, requires_grad=True)
b2 = torch.zeros(3, requires_grad=True)


def mlp(x):
    h = torch.tanh(x @ W1 + b1)
    return h @ W2 + b2


# In[5]:

params = [W1, b1, W2, b2]
for it in range(20):
    logits = mlp(X)
    loss = F.cross_entropy(logits, y)
    for p in params:
        p.grad = None
    loss.backward()
    with torch.no_grad():
        for p in params:
            p -= 0.1 * p.grad
    if it % 10 == 0:
        print(it, loss.item())

# In[6]:

# decision regions on a grid
gx, gy = torch.meshgrid(torch.linspace(-2, 2, 25), torch.linspace(-2, 2, 25), indexing="ij")
grid = torch.stack([gx, gy])
with torch.no_grad():
    region = mlp(grid.reshape(-1, 2)).argmax(1).view(50, 50)
print(region.unique())

# In[7]:

onehot = F.one_hot(y, 3)
probs = F.softmax(mlp(X), dim=1).detach()
print("brier", ((probs - onehot) ** 2).sum(1).mean())
print("per class", onehot.T @ probs / onehot.sum(0))
