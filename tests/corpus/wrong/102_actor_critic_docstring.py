import torch
import torch.nn as nn
from torch.distributions import Normal


def mlp(sizes, activation, output_activation=nn.Identity):
    layers = []
    for j in range(len(sizes) - 1):
        act = activation if j < len(sizes) - 2 else output_activation
        layers += [nn.Linear(sizes[j], sizes[j + 1]), act()]
    return nn.Sequential(*layers)


class QFunction(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden):
        super().__init__()
        self.q = mlp([obs_dim] + list(hidden) + [1], nn.ReLU)

    def forward(self, obs, act):
        """
        :param obs: observations, shape (batch, obs_dim)
        :param act: actions, shape (batch, act_dim)
        :return: values, shape (batch,)
        """
        q = self.q(torch.cat([obs, act], dim=-1))
        return torch.squeeze(q, -1)


class ActorCritic(nn.Module):
    """Squashed Gaussian policy with two Q functions.

    :param obs_dim: length of an observation
    :param act_dim: length of an action
    """

    def __init__(self, obs_dim, act_dim, hidden=(32, 32)):
        super().__init__()
        self.pi = mlp([obs_dim] + list(hidden), nn.ReLU, nn.ReLU)
        self.mu = nn.Linear(hidden[-1], act_dim)
        self.log_std = nn.Linear(hidden[-1], act_dim)
        self.q1 = QFunction(obs_dim, act_dim, hidden)
        self.q2 = QFunction(obs_dim, act_dim, hidden)

    def forward(self, obs):
        """
        :param obs: observations, shape (batch, obs_dim)
        :return: smaller Q value of a sampled action, shape (batch,)
        """
        h = self.pi(obs)
        std = self.log_std(h).clamp(-20, 2).exp()
        act = torch.tanh(Normal(self.mu(h), std).rsample())
        return torch.min(self.q1(obs, act), self.q2(obs, act))
