import argparse
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.distributions import Categorical

parser = argparse.ArgumentParser()
parser.add_argument('--gamma', type=float, default=0.99)
parser.add_argument('--seed', type=int, default=543)
parser.add_argument('--log-interval', type=int, default=2)
args, _ = parser.parse_known_args()


class Pole:
    def __init__(self):
        self.rng = np.random.default_rng(args.seed)

    def reset(self):
        self.s = self.rng.uniform(-0.05, 0.05, size=4)
        self.n = 0
        return self.s.copy()

    def step(self, action):
        force = 1.0 if action == 1 else -1.0
        self.s = self.s + 0.05 * np.array([self.s[1], force, self.s[3], -force + 9.8 * self.s[2]])
        self.n += 1
        done = bool(abs(self.s[2]) > 0.2 or abs(self.s[0]) > 2.4 or self.n > 40)
        return self.s.copy(), 1.0, done


env = Pole()
torch.manual_seed(args.seed)
eps = np.finfo(np.float32).eps.item()


class Policy(nn.Module):
    def __init__(self):
        super(Policy, self).__init__()
        self.affine1 = nn.Linear(4, 32)
        self.dropout = nn.Dropout(p=0.3)
        self.affine2 = nn.Linear(32, 2)
        self.value_head = nn.Linear(32, 1)
        self.saved = []
        self.rewards = []

    def forward(self, x):
        x = self.affine1(x)
        x = self.dropout(x)
        x = F.relu(x)
        action_scores = self.affine2(x)
        return F.softmax(action_scores, dim=1), self.value_head(x)


policy = Policy()
optimizer = optim.Adam(policy.parameters(), lr=1e-2)


def select_action(state):
    state = torch.from_numpy(state).float().unsqueeze(0)
    probs, value = policy(state)
    m = Categorical(probs)
    action = m.sample()
    policy.saved.append((m.log_prob(action), value, m.entropy()))
    return action.item()


def finish_episode():
    R = 0
    policy_loss = []
    value_loss = []
    returns = []
    for r in policy.rewards[::-1]:
        R = r + args.gamma * R
        returns.insert(0, R)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + eps)
    for (log_prob, value, entropy), R in zip(policy.saved, returns):
        advantage = R - value.item()
        policy_loss.append(-log_prob * advantage - 0.01 * entropy)
        value_loss.append(F.smooth_l1_loss(value, R.view(1, 1)))
    optimizer.zero_grad()
    policy_loss = torch.cat(policy_loss).sum() + torch.stack(value_loss).sum()
    policy_loss.backward()
    optimizer.step()
    del policy.rewards[:]
    del policy.saved[:]
    return policy_loss


def main():
    running_reward = 10
    for i_episode in range(6):
        state, ep_reward = env.reset(), 0
        for t in range(1, 10000):
            action = select_action(state)
            state, reward, done = env.step(action)
            policy.rewards.append(reward)
            ep_reward += reward
            if done:
                break
        running_reward = 0.05 * ep_reward + (1 - 0.05) * running_reward
        loss = finish_episode()
        if i_episode % args.log_interval == 0:
            print('Episode {}\tLast reward: {:.2f}\tAverage reward: {:.2f} loss {:.3f}'.format(
                i_episode, ep_reward, running_reward, loss.item()))
        if running_reward > 475:
            print("Solved!")
            break


if __name__ == '__main__':
    main()
