import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical


class Policy(nn.Module):
    def __init__(self):
        super(Policy, self).__init__()
        self.affine1 = nn.Linear(4, 64)
        self.affine2 = nn.Linear(64, 2)

    def forward(self, x):
        x = torch.relu(self.affine1(x))
        return torch.softmax(self.affine2(x), dim=1)


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)


def select_action(state):
    state = torch.from_numpy(state).unsqueeze(0)
    probs = policy(state)
    m = Categorical(probs)
    action = m.sample()
    return action.item(), m.log_prob(action)


log_probs, rewards = [], []
for episode in range(3):
    state = np.random.uniform(-0.05, 0.05, size=(4,))
    for t in range(10):
        action, lp = select_action(state)
        state = np.random.normal(size=4)
        log_probs.append(lp)
        rewards.append(1.0)
    R = torch.tensor(rewards).flip(0).cumsum(0).flip(0)
    loss = -(torch.cat(log_probs) * R).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    log_probs, rewards = [], []
