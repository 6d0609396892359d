"""Programs that come near a silent mistake and are right: nothing is said of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shapewright.model import Report

HEAD = """
import copy
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.nn import functional as F

x, labels, values = torch.randn(16, 8), torch.randint(0, 3, (16,)), torch.randn(16)
net, one = nn.Linear(8, 3), nn.Linear(8, 1)
"""

TRAINING = """
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
total = 0
for _ in range(3):
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), labels)
    loss.backward()
    optimizer.step()
    BODY
"""
MODES = """
model = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.5), nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
F.cross_entropy(model(x), labels).backward()
optimizer.step()
BODY
"""
JUDGED = "with torch.no_grad():\n    (model(x).argmax(1) == labels).sum()"
UNREGISTERED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        FIRST

    def forward(self, x):
        THEN
        return x

model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model(x).mean().backward()
optimizer.step()
"""

RIGHT = {
    "log_softmax twice is log_softmax": "F.cross_entropy(net(x).log_softmax(1), labels)",
    "a softmax in the target": "F.cross_entropy(net(x), net(x).softmax(1))",
    "a softmax somewhere before": "F.cross_entropy(nn.Linear(3, 3)(net(x).softmax(1)), labels)",
    "a softmax that weighs": "F.cross_entropy(net(x) * net(x).softmax(1), labels)",
    "the logarithm by hand": "F.nll_loss(torch.log(net(x).softmax(1) + 1e-8), labels)",
    "nll of log_softmax in another shape": "F.nll_loss(net(x).log_softmax(1).view(-1, 3), labels)",
    "nll of a mixture": "F.nll_loss(torch.stack([net(x).log_softmax(1)] * 2).logsumexp(0), labels)",
    "nll of what nobody knows": "F.nll_loss(torch.randn(16, 3), labels)",
    "a gate before the scores": "F.binary_cross_entropy_with_logits(one(x * one(x).sigmoid()), values[:, None])",
    "the logit of a probability": "F.binary_cross_entropy_with_logits(one(x).sigmoid().logit(), values[:, None])",
    "a sigmoid before bce": "F.binary_cross_entropy(one(x).sigmoid(), torch.ones(16, 1))",
    "scores that were clamped": "F.binary_cross_entropy(one(x).clamp(0.01, 0.99), torch.ones(16, 1))",
    "all pairs on purpose, by a new dimension": "((one(x)[:, 0].unsqueeze(1) - values) ** 2).mean()",
    "all pairs on purpose, by indexing": "(net(x).argmax(1)[:, None] == labels).sum()",
    "all pairs of the data": "(labels[:, None] == labels).float().mean()",
    "a table that is no sum": "t = one(x) - values\nt.argmin(1)",
    "a table added up along one dimension": "(one(x) - values).abs().sum(1)",
    "a column against one number": "(one(x) - values[0]).mean()",
    "a column against a column": "(one(x) - values.view(-1, 1)).mean()",
    "a column against the output of a layer": "(one(x) - one(x).squeeze(1)).mean()",
    "a head trained alone": """
model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model[1].parameters(), lr=0.1)
model(x).mean().backward()
optimizer.step()
""",
    "a head replaced before the optimizer": """
model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 1))
model[1] = nn.Linear(8, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model(x).mean().backward()
optimizer.step()
""",
    "a head replaced, and its parameters added": """
model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model[1] = nn.Linear(8, 2)
optimizer.add_param_group({"params": model[1].parameters()})
model(x).mean().backward()
optimizer.step()
""",
    "a new dtype after the optimizer": """
model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model.double()
model(x.double()).mean().backward()
optimizer.step()
""",
    "two optimizers": """
first, second = nn.Sequential(nn.Linear(8, 8)), nn.Sequential(nn.Linear(8, 1))
one_of, other = (torch.optim.Adam(m.parameters()) for m in (first, second))
second(first(x)).mean().backward()
one_of.step()
""",
    "layers in a list beside a ModuleList": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8)])
        self.order = [self.blocks[1], self.blocks[0]]

    def forward(self, x):
        for block in self.order:
            x = block(x)
        return x

model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model(x).mean().backward()
optimizer.step()
""",
    "a teacher hidden in a list": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
        self.teachers = [nn.Linear(8, 8), nn.Linear(8, 8)]

    def forward(self, x):
        with torch.no_grad():
            wanted = sum(teacher(x) for teacher in self.teachers)
        return F.mse_loss(self.body(x), wanted)

model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model(x).backward()
optimizer.step()
""",
    "a list whose layers the optimizer is given": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
        self.more = [nn.Linear(8, 8), nn.Linear(8, 8)]

    def forward(self, x):
        return self.more[1](self.more[0](self.body(x)))

model = Net()
hidden = [p for layer in model.more for p in layer.parameters()]
optimizer = torch.optim.SGD([*model.parameters(), *hidden], lr=0.1)
model(x).mean().backward()
optimizer.step()
""",
    "a softmax of a matrix without a dimension": "F.softmax(net(x))",
    "a softmax over the nodes of a graph": "(F.softmax(one(x), dim=0) * x).sum(0)",
    "a softmax over dimension 0 that is added up": "(F.softmax(net(x), dim=0)).sum(0)",
    "gates of gates": "torch.sigmoid(one(x) * torch.sigmoid(one(x)))",
    "a sigmoid behind another layer": "torch.sigmoid(nn.Linear(3, 1)(torch.sigmoid(net(x))))",
    "attention over attention": "torch.softmax(net(x).softmax(1) @ torch.randn(3, 3), dim=1)",
    "a total of numbers": TRAINING.replace("BODY", "total += loss.item()"),
    "a total that is differentiated": """
total = 0
for _ in range(3):
    total = total + F.cross_entropy(net(x), labels)
total.backward()
""",
    "a total of what was detached": TRAINING.replace("BODY", "total += loss.detach()"),
    "a graph that is kept on purpose": TRAINING.replace("backward()", "backward(retain_graph=True)").replace(
        "BODY", "total = total + loss"
    ),
    "float64 on purpose": """
numbers = torch.from_numpy(np.random.rand(16, 1))
(one.double()(x.double()) - numbers).mean()
""",
    "float64 in a metric": """
numbers = torch.from_numpy(np.random.rand(16, 1))
with torch.no_grad():
    (one(x) - numbers).abs().mean()
""",
    "float64 in an update that is asked for": """
numbers = torch.from_numpy(np.random.rand(16, 1))
weights = torch.ones(3, dtype=torch.float64)
(one(x) - numbers).mean()
""",
    "a batch of sequences": """
for (batch,) in DataLoader(TensorDataset(torch.randn(16, 5, 8)), 4):
    nn.LSTM(8, 3, batch_first=True)(batch)
""",
    "one sample alone": """
for (batch,) in DataLoader(TensorDataset(torch.randn(16, 5, 8)), 4):
    for sample in batch:
        nn.LSTM(8, 3)(sample)
""",
    "samples of a loader without batches": """
for (sample,) in DataLoader(TensorDataset(torch.randn(16, 5, 8)), batch_size=None):
    nn.LSTM(8, 3)(sample)
""",
    "a table into a linear layer": """
for (batch,) in DataLoader(TensorDataset(x), 4):
    net(batch)
""",
    "a model that is judged in the right mode": MODES.replace("BODY", "model.eval()\n" + JUDGED),
    "a model without dropout": MODES.replace("nn.Dropout(0.5)", "nn.ReLU()").replace("BODY", JUDGED),
    "a model that is not judged but used": MODES.replace("BODY", "with torch.no_grad():\n    model(x).argmax(1)"),
    "a model that is judged in the course of training": MODES.replace(
        "BODY", JUDGED + "\nmodel(x).mean().backward()\noptimizer.step()"
    ),
    "dropout on purpose": """
class Net(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.5, training=True) + F.dropout(x, 0.5, True)

Net().eval()(x)
""",
    "a functional dropout in training": """
class Net(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.5)

Net()(x)
""",
    "a functional dropout that knows the mode": """
class Net(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.5, training=self.training)

Net().eval()(x)
""",
    "a result that a module keeps": UNREGISTERED.replace("FIRST", "pass").replace("THEN", "self.last = x = self.fc(x)"),
    "an input whose gradient is wanted": UNREGISTERED.replace("FIRST", "pass").replace(
        "THEN", "self.given = x = x.clone().requires_grad_()\n        x = self.fc(x)"
    ),
    "a tensor that learns nothing": UNREGISTERED.replace("FIRST", "self.w = torch.ones(8)").replace(
        "THEN", "x = self.fc(x) * self.w"
    ),
    "a layer that is called twice and has no twin": UNREGISTERED.replace("FIRST", "self.fc2 = nn.Linear(8, 3)").replace(
        "THEN", "x = self.fc(self.fc(x))"
    ),
    "a twin whose weights are used": UNREGISTERED.replace("FIRST", "self.fc2 = nn.Linear(8, 8)").replace(
        "THEN", "x = F.linear(self.fc(self.fc(x)), self.fc2.weight, self.fc2.bias)"
    ),
    "a twin that shares the weights": UNREGISTERED.replace(
        "FIRST", "self.fc2 = nn.Linear(8, 8)\n        self.fc2.weight, self.fc2.bias = self.fc.weight, self.fc.bias"
    ).replace("THEN", "x = self.fc(self.fc(x))"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_warned_of(name: str, analyse: Callable[[str], Report]) -> None:
    assert [(f.code, f.message) for f in analyse(HEAD + RIGHT[name] + "\n").findings] == []


WRONG = {
    "softmax-before-cross-entropy": "soft = net(x).softmax(-1)\nF.cross_entropy(soft.view(-1, 3), labels.view(-1))",
    "nll-loss-input": "F.nll_loss(F.softmax(net(x), dim=1), labels)",
    "sigmoid-before-logits-loss": "F.binary_cross_entropy_with_logits(one(x).sigmoid().squeeze(), values)",
    "column-broadcast": "error = one(x) - values\n(error ** 2).mean()",
    "data-range": "nn.BCELoss()(one(x), torch.ones(16, 1))",
    "softmax-dim": "scores = F.log_softmax(net(x), 0)\nF.nll_loss(scores, labels)",
    "activation-twice": "torch.softmax(net(x).softmax(1).view(16, 3), dim=-1)",
    "graph-kept": TRAINING.replace("BODY", "total = total + loss"),
    "float64-upcast": "F.l1_loss(one(x), torch.from_numpy(np.ones((16, 1))))",
    "unbatched-input": """
for (batch,) in DataLoader(TensorDataset(torch.randn(16, 28, 28)), 4):
    nn.Conv2d(4, 8, 3)(batch.float())
""",
    "eval-forgotten": MODES.replace("nn.Dropout(0.5)", "nn.BatchNorm1d(8)").replace("BODY", JUDGED),
    "dropout-in-eval": """
class Net(nn.Module):
    def forward(self, x):
        return F.dropout(x, p=0.5)

Net().eval()(x)
""",
    "unregistered-parameter": UNREGISTERED.replace("FIRST", "self.w = nn.Parameter(torch.ones(8)) * 0.1").replace(
        "THEN", "x = self.fc(x) * self.w"
    ),
    "unused-layer": UNREGISTERED.replace("FIRST", "self.fc2 = nn.Linear(8, 8)").replace(
        "THEN", "x = self.fc(self.fc(x))"
    ),
}


@pytest.mark.parametrize("code", WRONG)
def test_what_is_wrong_is_seen_through_other_shapes_and_steps(code: str, analyse: Callable[[str], Report]) -> None:
    assert [f.code for f in analyse(HEAD + WRONG[code] + "\n").findings] == [code]
