import copy
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal, TransformedDistribution
from torch.distributions.transforms import TanhTransform

LOG_STD_MAX, LOG_STD_MIN = 2, -5


class ReplayBuffer:
    def __init__(self, state_dim, action_dim, max_size=1000):
        self.max_size, self.ptr, self.size = max_size, 0, 0
        self.state = np.zeros((max_size, state_dim))
        self.action = np.zeros((max_size, action_dim))
        self.next_state = np.zeros((max_size, state_dim))
        self.reward = np.zeros((max_size, 1))
        self.not_done = np.zeros((max_size, 1))
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    def add(self, state, action, next_state, reward, done):
        self.state[self.ptr] = state
        self.action[self.ptr] = action
        self.next_state[self.ptr] = next_state
        self.reward[self.ptr] = reward
        self.not_done[self.ptr] = 1. - done
        self.ptr = (self.ptr + 1) % self.max_size
        self.size = min(self.size + 1, self.max_size)

    def sample(self, batch_size):
        ind = np.random.randint(0, self.size, size=batch_size)
        return tuple(torch.FloatTensor(a[ind]).to(self.device)
                     for a in (self.state, self.action, self.next_state, self.reward, self.not_done))


class Actor(nn.Module):
    def __init__(self, state_dim, action_dim):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(state_dim, 32), nn.ReLU(), nn.Linear(32, 2 * action_dim))

    def forward(self, state):
        mu, log_std = self.trunk(state).chunk(2, dim=-1)
        log_std = torch.tanh(log_std)
        log_std = LOG_STD_MIN + 0.5 * (LOG_STD_MAX - LOG_STD_MIN) * (log_std + 1)
        return TransformedDistribution(Normal(mu, log_std.exp()), [TanhTransform(cache_size=1)])


class Critic(nn.Module):
    def __init__(self, state_dim, action_dim):
        super().__init__()
        self.q1 = nn.Sequential(nn.Linear(state_dim + action_dim, 32), nn.ReLU(), nn.Linear(32, 1))
        self.q2 = copy.deepcopy(self.q1)
        for m in self.q2:
            if hasattr(m, "reset_parameters"):
                m.reset_parameters()

    def forward(self, state, action):
        sa = torch.cat([state, action], 1)
        return self.q1(sa), self.q2(sa)


class SAC:
    def __init__(self, state_dim, action_dim, tau=0.01, discount=0.98):
        self.actor = Actor(state_dim, action_dim)
        self.critic = Critic(state_dim, action_dim)
        self.critic_target = copy.deepcopy(self.critic).requires_grad_(False)
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.target_entropy = -action_dim
        self.opt_a = torch.optim.Adam(self.actor.parameters(), 3e-4)
        self.opt_c = torch.optim.Adam(self.critic.parameters(), 3e-4)
        self.opt_t = torch.optim.Adam([self.log_alpha], 3e-4)
        self.tau, self.discount = tau, discount
        self.total_it = 0

    @property
    def alpha(self):
        return self.log_alpha.exp()

    def select_action(self, state, explore=True):
        state = torch.FloatTensor(state.reshape(1, -1))
        dist = self.actor(state)
        action = dist.sample() if explore else torch.tanh(dist.base_dist.mean)
        return action.cpu().data.numpy().flatten()

    def train(self, buffer, batch_size=32):
        self.total_it += 1
        state, action, next_state, reward, not_done = buffer.sample(batch_size)
        with torch.no_grad():
            dist = self.actor(next_state)
            next_action = dist.sample()
            log_prob = dist.log_prob(next_action).sum(-1, keepdim=True)
            target_q1, target_q2 = self.critic_target(next_state, next_action)
            target_v = torch.min(target_q1, target_q2) - self.alpha * log_prob
            target_q = reward + not_done * self.discount * target_v
        q1, q2 = self.critic(state, action)
        critic_loss = F.mse_loss(q1, target_q) + F.mse_loss(q2, target_q)
        self.opt_c.zero_grad()
        critic_loss.backward()
        self.opt_c.step()
        if self.total_it % 2 == 0:
            dist = self.actor(state)
            a = dist.rsample()
            logp = dist.log_prob(a).sum(-1, keepdim=True)
            q = torch.min(*self.critic(state, a))
            actor_loss = (self.alpha.detach() * logp - q).mean()
            self.opt_a.zero_grad()
            actor_loss.backward()
            self.opt_a.step()
            alpha_loss = -(self.log_alpha * (logp + self.target_entropy).detach()).mean()
            self.opt_t.zero_grad()
            alpha_loss.backward()
            self.opt_t.step()
            for p, tp in zip(self.critic.parameters(), self.critic_target.parameters()):
                tp.data.copy_(self.tau * p.data + (1 - self.tau) * tp.data)
        return critic_loss.item()


np.random.seed(0)
torch.manual_seed(0)
agent, buffer = SAC(3, 2), ReplayBuffer(3, 2)
state, episode_reward, evaluations = np.random.randn(3), 0, []
for t in range(90):
    action = np.random.uniform(-1, 1, size=2) if t < 40 else agent.select_action(state)
    next_state = 0.9 * state + np.append(action, 0.0) * 0.3
    reward = -np.square(next_state).sum()
    done = float(t % 30 == 29)
    buffer.add(state, action, next_state, reward, done)
    state = next_state
    episode_reward += reward
    if t >= 40:
        loss = agent.train(buffer)
    if done:
        print(f"T: {t + 1} reward {episode_reward:.3f}")
        state, episode_reward = np.random.randn(3), 0
        evaluations.append(agent.select_action(state, explore=False))
print(np.array(evaluations).shape, loss, agent.alpha.item())
