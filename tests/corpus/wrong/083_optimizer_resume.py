import copy
import torch
import torch.nn as nn
from dataclasses import dataclass, field


@dataclass
class Checkpoint:
    epoch: int
    model: dict
    optim: dict
    history: list = field(default_factory=list)


def make_model(width):
    return nn.Sequential(nn.Linear(6, width), nn.ReLU(), nn.Linear(width, 2))


def train(model, opt, epochs, start=0, history=None):
    history = history or []
    for e in range(start, start + epochs):
        x = torch.randn(20, 6)
        y = (x[:, 0] > 0).long()
        loss = nn.functional.cross_entropy(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        history.append(loss.item())
    return Checkpoint(start + epochs, copy.deepcopy(model.state_dict()), copy.deepcopy(opt.state_dict()), history)


def resume(ckpt, width, epochs):
    model = make_model(width)
    model.load_state_dict(ckpt.model)
    opt = torch.optim.Adam(model.parameters(), lr=1e-2)
    opt.load_state_dict(ckpt.optim)
    return train(model, opt, epochs, ckpt.epoch, ckpt.history)


first = make_model(width=32)
ckpt = train(first, torch.optim.Adam(first.parameters(), lr=1e-2), epochs=3)
ckpt = resume(ckpt, width=64, epochs=2)
print(ckpt.epoch, ckpt.history)
