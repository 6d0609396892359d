import torch
from torch import nn
from typing import Dict, Optional

TASKS = {
    "age": {"kind": "regression", "dim": 1},
    "gender": {"kind": "binary", "dim": 1},
    "emotion": {"kind": "multiclass", "dim": 7},
    "landmarks": {"kind": "regression", "dim": 10},
}

ACT = nn.ModuleDict({"relu": nn.ReLU(), "lrelu": nn.LeakyReLU(0.1), "gelu": nn.GELU()})


class MultiTask(nn.Module):
    def __init__(self, tasks: Dict[str, dict], d_in=64, d_hidden=48, act="gelu"):
        super().__init__()
        self.tasks = tasks
        self.shared = nn.Sequential(nn.Linear(d_in, d_hidden), ACT[act], nn.Linear(d_hidden, d_hidden))
        self.heads = nn.ModuleDict()
        for name, spec in tasks.items():
            self.heads[name] = nn.Linear(d_hidden, spec["dim"])
        self.log_vars = nn.ParameterDict({n: nn.Parameter(torch.zeros(())) for n in tasks})
        self.losses = {"regression": nn.MSELoss(), "binary": nn.BCEWithLogitsLoss(), "multiclass": nn.CrossEntropyLoss()}

    def forward(self, x, task: Optional[str] = None):
        h = self.shared(x)
        if task is not None:
            return self.heads[task](h)
        return {name: head(h) for name, head in self.heads.items()}

    def loss(self, outputs, targets):
        total = 0.0
        parts = {}
        for name, out in outputs.items():
            if name not in targets:
                continue
            spec = self.tasks[name]
            raw = self.losses[spec["kind"]](out, targets[name])
            parts[name] = raw.item()
            precision = torch.exp(-self.log_vars[name])
            total = total + precision * raw + self.log_vars[name]
        return total, parts


def fake_targets(n, missing=()):
    t = {
        "age": torch.rand(n, 1) * 80,
        "gender": torch.randint(0, 2, (n, 1)).float(),
        "emotion": torch.randint(0, 7, (n,)),
        "landmarks": torch.rand(n, 10),
    }
    for m in missing:
        t.pop(m)
    return t


net = MultiTask(TASKS)
opt = torch.optim.Adam([
    {"params": net.shared.parameters()},
    {"params": net.heads.parameters(), "lr": 3e-3},
    {"params": net.log_vars.values(), "lr": 1e-2},
], lr=1e-3)

for step, gone in enumerate([(), ("age",), ("emotion", "landmarks")]):
    x = torch.randn(9 - step, 64)
    outs = net(x)
    total, parts = net.loss(outs, fake_targets(x.size(0), gone))
    opt.zero_grad()
    total.backward()
    opt.step()
    print(step, round(total.item(), 3), {k: round(v, 3) for k, v in parts.items()})

single = net(torch.randn(64), task="emotion")
print(single.shape, single.softmax(0).sum().item())
