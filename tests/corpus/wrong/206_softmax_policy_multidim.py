import torch
import torch.nn as nn
from torch.distributions import Categorical, Normal


class ActorCritic(nn.Module):
    def __init__(self, obs=8, act=3):
        super().__init__()
        self.pi = nn.Sequential(nn.Linear(obs, 32), nn.Tanh(), nn.Linear(32, act))
        self.v = nn.Sequential(nn.Linear(obs, 32), nn.Tanh(), nn.Linear(32, 1))

    def forward(self, s):
        return Normal(self.pi(s), torch.ones(3) * 0.5), self.v(s)


net = ActorCritic()
opt = torch.optim.Adam(net.parameters(), lr=3e-4)
obs = torch.randn(64, 8)
with torch.no_grad():
    dist, value = net(obs)
    act = dist.sample()
    old = dist.log_prob(act)
adv = torch.randn(64)
for epoch in range(2):
    dist, value = net(obs)
    ratio = torch.exp(dist.log_prob(act).sum(-1) - old)
    clipped = torch.clamp(ratio, 0.8, 1.2)
    loss = -torch.min(ratio * adv, clipped * adv).mean() + value.pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
