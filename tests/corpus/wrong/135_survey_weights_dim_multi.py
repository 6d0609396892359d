# replication code for the turnout model, table 2 and 3
from dataclasses import dataclass, asdict

import numpy as np
import torch
from torch import nn


@dataclass
class Params:
    regions: int = 6
    years: int = 4
    covariates: int = 3
    n: int = 200
    steps: int = 30
    lr: float = 0.05


def simulate(p, seed=0):
    r = np.random.default_rng(seed)
    region = r.integers(0, p.regions, p.n)
    year = r.integers(0, p.years, p.n)
    x = r.normal(size=(p.n, p.covariates))
    logit = x @ np.array([0.5, -1.0, 0.2]) + 0.3 * region - 0.1 * year
    y = (r.random(p.n) < 1 / (1 + np.exp(-logit))).astype(int)
    weight = r.random(p.n) + 0.5
    return region, year, x, y, weight


class Multilevel(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.region = nn.Embedding(p.regions, 1)
        self.year = nn.Embedding(p.years, 1)
        self.beta = nn.Linear(p.covariates, 1, bias=False)

    def forward(self, region, year, x):
        return self.region(region) + self.year(year) + self.beta(x)


def as_tensors(region, year, x, y, weight):
    return (
        torch.from_numpy(region),
        torch.from_numpy(year),
        torch.from_numpy(x),
        torch.from_numpy(y),
        torch.from_numpy(weight).float(),
    )


def fit(p):
    region, year, x, y, w = as_tensors(*simulate(p))
    model = Multilevel(p)
    opt = torch.optim.Adam(model.parameters(), lr=p.lr)
    for _ in range(p.steps):
        eta = model(region, year, x).squeeze(1)
        nll = nn.functional.binary_cross_entropy_with_logits(eta, y, weight=w)
        opt.zero_grad()
        nll.backward()
        opt.step()
    return model, nll.item()


def poststratify(model, p):
    cells = torch.cartesian_prod(torch.arange(p.regions), torch.arange(p.years))
    x = torch.zeros(len(cells), p.covariates)
    prob = torch.sigmoid(model(cells[0], cells[1], x))
    return prob.view(p.regions, p.years)


params = Params()
print(asdict(params))
model, nll = fit(params)
with torch.no_grad():
    table = poststratify(model, params)
print("by region", table.mean(dim=1))
print("trend", table.diff(dim=1).mean(dim=0))
print("total", table.mean(dim=2))
