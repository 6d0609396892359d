import torch
from torch import nn


class NameOrigin(nn.Module):
    """Letters of a name to one of 18 languages."""

    def __init__(self, letters=58, hidden=40):
        super().__init__()
        self.table = nn.Embedding(letters, 20)
        self.rnn = nn.GRU(20, hidden, num_layers=1)
        self.out = nn.Linear(hidden, 18)

    def forward(self, letters):
        steps = self.table(letters)
        _, (state, _) = self.rnn(steps)
        return self.out(state[-1])


net = NameOrigin()
names = torch.randint(0, 58, (11, 6))
origin = torch.randint(0, 18, (6,))
loss = nn.functional.cross_entropy(net(names), origin)
loss.backward()
