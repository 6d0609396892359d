import random
from collections import deque, namedtuple

import numpy as np
import torch
import torch.nn as nn

Transition = namedtuple("Transition", "state action reward next_state done")


class Env:
    """two wheels and a pole, sort of"""

    def reset(self):
        self.t = 0
        return np.zeros(4, dtype=np.float32)

    def step(self, a):
        self.t += 1
        return np.random.randn(4).astype(np.float32), 1.0, self.t > 8, {}


class QNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, x):
        return self.net(x)


class Agent:
    def __init__(self):
        self.q, self.target = QNet(), QNet()
        self.target.load_state_dict(self.q.state_dict())
        self.memory = deque(maxlen=200)
        self.opt = torch.optim.Adam(self.q.parameters(), lr=1e-3)

    def act(self, s, eps=0.3):
        if random.random() < eps:
            return random.randrange(2)
        with torch.no_grad():
            return self.q(torch.from_numpy(s).unsqueeze(0)).argmax(1).item()

    def learn(self, batch_size=16):
        batch = Transition(*zip(*random.sample(self.memory, batch_size)))
        states = torch.tensor(np.array(batch.state))
        actions = torch.tensor(batch.action, dtype=torch.float32).unsqueeze(1)
        rewards = torch.tensor(batch.reward)
        nxt = torch.tensor(np.array(batch.next_state))
        done = torch.tensor(batch.done, dtype=torch.float32)
        q = self.q(states).gather(1, actions).squeeze(1)
        with torch.no_grad():
            best = self.target(nxt).max(1)[0]
        loss = nn.functional.smooth_l1_loss(q, rewards + 0.99 * best * (1 - done))
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()


agent, env = Agent(), Env()
for episode in range(5):
    s, done = env.reset(), False
    while not done:
        a = agent.act(s)
        s2, r, done, _ = env.step(a)
        agent.memory.append(Transition(s, a, r, s2, done))
        s = s2
        if len(agent.memory) >= 16:
            agent.learn()
