from dataclasses import dataclass, field
import torch
import torch.nn as nn
from torch.distributions.normal import Normal


def layer_init(layer, std=2 ** 0.5, bias_const=0.0):
    torch.nn.init.orthogonal_(layer.weight, std)
    torch.nn.init.constant_(layer.bias, bias_const)
    return layer


@dataclass
class Args:
    num_envs: int = 3
    num_steps: int = 16
    obs_dim: int = 5
    act_dim: int = 2
    gamma: float = 0.99
    gae_lambda: float = 0.95
    num_minibatches: int = 4
    update_epochs: int = 2
    clip_coef: float = 0.2
    ent_coef: float = 0.01
    vf_coef: float = 0.5
    max_grad_norm: float = 0.5
    target_kl: float = None
    batch_size: int = field(init=False)
    minibatch_size: int = field(init=False)

    def __post_init__(self):
        self.batch_size = self.num_envs * self.num_steps
        self.minibatch_size = self.batch_size // self.num_minibatches


class VecPoint:
    """Several points in a plane that have to find the origin."""

    def __init__(self, n, obs_dim):
        self.n, self.obs_dim = n, obs_dim

    def reset(self):
        self.p = torch.randn(self.n, 2)
        self.k = torch.zeros(self.n)
        return self.obs()

    def obs(self):
        return torch.cat([self.p, self.p.abs(), self.k[:, None] / 10], dim=1)

    def step(self, a):
        self.p = self.p + 0.1 * a.clamp(-1, 1)
        self.k += 1
        reward = -self.p.norm(dim=1)
        done = (self.k >= 10) | (reward > -0.1)
        self.p[done] = torch.randn(int(done.sum()), 2)
        self.k[done] = 0
        return self.obs(), reward, done.float()


class Agent(nn.Module):
    def __init__(self, obs_dim, act_dim):
        super().__init__()
        self.critic = nn.Sequential(
            layer_init(nn.Linear(obs_dim, 32)), nn.Tanh(), layer_init(nn.Linear(32, 1), std=1.0))
        self.actor_mean = nn.Sequential(
            layer_init(nn.Linear(obs_dim, 32)), nn.Tanh(), layer_init(nn.Linear(32, act_dim), std=0.01))
        self.actor_logstd = nn.Parameter(torch.zeros(1, act_dim))

    def get_value(self, x):
        return self.critic(x)

    def get_action_and_value(self, x, action=None):
        action_mean = self.actor_mean(x)
        action_logstd = self.actor_logstd.expand_as(action_mean)
        action_std = torch.exp(action_logstd)
        probs = Normal(action_mean, action_std)
        if action is None:
            action = probs.sample()
        return action, probs.log_prob(action).sum(1), probs.entropy().sum(1), self.critic(x)


args = Args()
torch.manual_seed(1)
envs = VecPoint(args.num_envs, args.obs_dim)
agent = Agent(args.obs_dim, args.act_dim)
optimizer = torch.optim.Adam(agent.parameters(), lr=3e-4, eps=1e-5)

obs = torch.zeros((args.num_steps, args.num_envs, args.obs_dim))
actions = torch.zeros((args.num_steps, args.num_envs) + (args.act_dim,))
logprobs = torch.zeros((args.num_steps, args.num_envs))
rewards = torch.zeros((args.num_steps, args.num_envs))
dones = torch.zeros((args.num_steps, args.num_envs))
values = torch.zeros((args.num_steps, args.num_envs))

next_obs = envs.reset()
next_done = torch.zeros(args.num_envs)

for iteration in range(1, 3):
    for step in range(0, args.num_steps):
        obs[step] = next_obs
        dones[step] = next_done
        with torch.no_grad():
            action, logprob, _, value = agent.get_action_and_value(next_obs)
            values[step] = value.flatten()
        actions[step] = action
        logprobs[step] = logprob
        next_obs, reward, next_done = envs.step(action)
        rewards[step] = reward.view(-1)

    with torch.no_grad():
        next_value = agent.get_value(next_obs).reshape(1, -1)
        advantages = torch.zeros_like(rewards)
        lastgaelam = 0
        for t in reversed(range(args.num_steps)):
            if t == args.num_steps - 1:
                nextnonterminal = 1.0 - next_done
                nextvalues = next_value
            else:
                nextnonterminal = 1.0 - dones[t + 1]
                nextvalues = values[t + 1]
            delta = rewards[t] + args.gamma * nextvalues * nextnonterminal - values[t]
            advantages[t] = lastgaelam = delta + args.gamma * args.gae_lambda * nextnonterminal * lastgaelam
        returns = advantages + values

    b_obs = obs.reshape((-1, args.obs_dim))
    b_logprobs = logprobs.reshape(-1)
    b_actions = actions.reshape((-1, args.act_dim))
    b_advantages = advantages.reshape(-1)
    b_returns = returns.reshape(-1)
    b_values = values.reshape(-1)

    clipfracs = []
    for epoch in range(args.update_epochs):
        b_inds = torch.randperm(args.batch_size)
        for start in range(0, args.batch_size, args.minibatch_size):
            mb_inds = b_inds[start:start + args.minibatch_size]
            _, newlogprob, entropy, newvalue = agent.get_action_and_value(b_obs[mb_inds], b_actions[mb_inds])
            logratio = newlogprob - b_logprobs[mb_inds]
            ratio = logratio.exp()
            with torch.no_grad():
                approx_kl = ((ratio - 1) - logratio).mean()
                clipfracs += [((ratio - 1.0).abs() > args.clip_coef).float().mean().item()]
            mb_advantages = b_advantages[mb_inds]
            mb_advantages = (mb_advantages - mb_advantages.mean()) / (mb_advantages.std() + 1e-8)
            pg_loss1 = -mb_advantages * ratio
            pg_loss2 = -mb_advantages * torch.clamp(ratio, 1 - args.clip_coef, 1 + args.clip_coef)
            pg_loss = torch.max(pg_loss1, pg_loss2).mean()
            newvalue = newvalue.view(-1)
            v_loss = 0.5 * ((newvalue - b_returns[mb_inds]) ** 2).mean()
            loss = pg_loss - args.ent_coef * entropy.mean() + v_loss * args.vf_coef
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(agent.parameters(), args.max_grad_norm)
            optimizer.step()
        if args.target_kl is not None and approx_kl > args.target_kl:
            break

    y_pred, y_true = b_values.numpy(), b_returns.numpy()
    var_y = y_true.var()
    explained_var = float("nan") if var_y == 0 else 1 - (y_true - y_pred).var() / var_y
    print(f"iter {iteration} kl={approx_kl.item():.5f} clip={sum(clipfracs) / len(clipfracs):.2f} ev={explained_var:.3f}")
