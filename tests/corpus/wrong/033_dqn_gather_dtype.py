import random
from collections import deque, namedtuple

import torch
import torch.nn as nn
import torch.nn.functional as F

Transition = namedtuple("Transition", "state action reward next_state done")


class ReplayBuffer:
    def __init__(self, capacity):
        self.memory = deque(maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, k):
        batch = Transition(*zip(*random.sample(self.memory, k)))
        states = torch.stack(batch.state)
        actions = torch.FloatTensor(batch.action).unsqueeze(1)
        rewards = torch.FloatTensor(batch.reward)
        next_states = torch.stack(batch.next_state)
        dones = torch.FloatTensor(batch.done)
        return states, actions, rewards, next_states, dones

    def __len__(self):
        return len(self.memory)


class QNetwork(nn.Module):
    def __init__(self, n_obs, n_act):
        super().__init__()
        self.l1 = nn.Linear(n_obs, 24)
        self.l2 = nn.Linear(24, n_act)

    def forward(self, s):
        return self.l2(F.relu(self.l1(s)))


class Agent:
    def __init__(self, n_obs, n_act, gamma=0.98):
        self.online = QNetwork(n_obs, n_act)
        self.target = QNetwork(n_obs, n_act)
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=1e-3)
        self.buffer = ReplayBuffer(500)
        self.gamma = gamma
        self.n_act = n_act

    def act(self, state, eps):
        if random.random() < eps:
            return random.randrange(self.n_act)
        with torch.no_grad():
            return self.online(state).argmax().item()

    def learn(self, k=16):
        if len(self.buffer) < k:
            return None
        s, a, r, s2, d = self.buffer.sample(k)
        q = self.online(s).gather(1, a).squeeze(1)
        with torch.no_grad():
            q_next = self.target(s2).max(dim=1).values
            target = r + self.gamma * q_next * (1 - d)
        loss = F.smooth_l1_loss(q, target)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return loss.item()


def run(episodes=2, steps=30):
    agent = Agent(n_obs=6, n_act=3)
    for ep in range(episodes):
        state = torch.randn(6)
        last = None
        for t in range(steps):
            action = agent.act(state, eps=0.3)
            nxt = torch.randn(6)
            agent.buffer.push(state, action, float(action == 1), nxt, float(t == steps - 1))
            state = nxt
            last = agent.learn()
        print(ep, last)


if __name__ == "__main__":
    run()
