import torch
import torch.nn as nn


class PolicyNetwork(nn.Module):
    def __init__(self, obs_dim, n_actions):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs_dim, 64), nn.Tanh(), nn.Linear(64, n_actions))

    def forward(self, obs):
        return torch.softmax(self.body(obs), dim=1)


class GridWorld:
    """4 numbers as observation, two actions, 10 steps an episode"""

    def __init__(self):
        self.steps = 0

    def reset(self):
        self.steps = 0
        return torch.zeros(4)

    def step(self, action):
        self.steps += 1
        obs = torch.randn(4)
        reward = 1.0 if action == 0 else 0.0
        return obs, reward, self.steps >= 10


def select_action(policy, obs):
    probs = policy(obs)
    dist = torch.distributions.Categorical(probs)
    action = dist.sample()
    return action.item(), dist.log_prob(action)


def discounted(rewards, gamma=0.99):
    out, running = [], 0.0
    for r in reversed(rewards):
        running = r + gamma * running
        out.insert(0, running)
    return torch.tensor(out)


env = GridWorld()
policy = PolicyNetwork(4, 2)
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)

for episode in range(3):
    obs, done = env.reset(), False
    log_probs, rewards = [], []
    while not done:
        action, log_prob = select_action(policy, obs)
        obs, reward, done = env.step(action)
        log_probs.append(log_prob)
        rewards.append(reward)
    returns = discounted(rewards)
    loss = -(torch.stack(log_probs) * (returns - returns.mean())).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(episode, sum(rewards))
