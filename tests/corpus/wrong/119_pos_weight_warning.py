import torch
from torch import nn
import torch.nn.functional as F


class DuelingDQN(nn.Module):
    def __init__(self, n_obs, n_act):
        super().__init__()
        self.feature = nn.Linear(n_obs, 32)
        self.value = nn.Linear(32, 1)
        self.advantage = nn.Linear(32, n_act)

    def forward(self, obs):
        h = torch.relu(self.feature(obs))
        adv = self.advantage(h)
        return self.value(h) + adv - adv.mean(dim=1, keepdim=True)


def fake_batch(k=16):
    return (
        torch.randn(k, 4), torch.randint(0, 3, (k, 1)), torch.rand(k),
        torch.randn(k, 4), torch.zeros(k),
    )


def td_loss(net, target_net, batch, gamma=0.95):
    obs, act, rew, nxt, done = batch
    q = net(obs).gather(1, act)
    with torch.no_grad():
        best = target_net(nxt).max(dim=1)[0]
        expected = rew + gamma * best * (1 - done)
    return F.smooth_l1_loss(q, expected)


online, frozen = DuelingDQN(4, 3), DuelingDQN(4, 3)
frozen.load_state_dict(online.state_dict())
opt = torch.optim.Adam(online.parameters(), lr=1e-3)
for i in range(4):
    loss = td_loss(online, frozen, fake_batch())
    opt.zero_grad()
    loss.backward()
    opt.step()
    if i % 2:
        frozen.load_state_dict(online.state_dict())
print(loss.item())
