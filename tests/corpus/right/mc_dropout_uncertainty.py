import torch
import torch.nn as nn
import torch.nn.functional as F


class BayesLinear(nn.Module):
    """weights with a Gaussian posterior, sampled at each call"""

    def __init__(self, n_in, n_out, prior=1.0):
        super().__init__()
        self.mu = nn.Parameter(torch.empty(n_out, n_in).normal_(0, 0.1))
        self.rho = nn.Parameter(torch.full((n_out, n_in), -4.0))
        self.bias = nn.Parameter(torch.zeros(n_out))
        self.prior = prior

    @property
    def sigma(self):
        return torch.log1p(self.rho.exp())

    def forward(self, x, sample=True):
        w = self.mu + self.sigma * torch.randn_like(self.mu) if sample else self.mu
        return F.linear(x, w, self.bias)

    def kl(self):
        s, p = self.sigma, self.prior
        return (torch.log(p / s) + (s ** 2 + self.mu ** 2) / (2 * p ** 2) - 0.5).sum()


class Hetero(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = BayesLinear(1, 24)
        self.drop = nn.Dropout(0.1)
        self.l2 = BayesLinear(24, 2)

    def forward(self, x):
        h = self.drop(torch.tanh(self.l1(x)))
        mean, raw = self.l2(h).unbind(dim=-1)
        return mean, F.softplus(raw) + 1e-3


def enable_dropout(model):
    for m in model.modules():
        if m.__class__.__name__.startswith('Dropout'):
            m.train()


torch.manual_seed(0)
x = torch.rand(80, 1) * 4 - 2
y = (x ** 3 / 4 + 0.2 * torch.randn_like(x) * x.abs()).squeeze(-1)
model = Hetero()
opt = torch.optim.Adam(model.parameters(), lr=0.02)
gnll = nn.GaussianNLLLoss()
n_batches = 4
for epoch in range(5):
    perm = torch.randperm(len(x))
    for chunk in perm.chunk(n_batches):
        mean, var = model(x[chunk])
        nll = gnll(mean, y[chunk], var)
        kl = sum(m.kl() for m in model.modules() if isinstance(m, BayesLinear)) / len(x)
        loss = nll + kl
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(f"{epoch} nll {nll.item():.3f} kl {kl.item():.3f}")

model.eval()
enable_dropout(model)
grid = torch.linspace(-3, 3, 13).unsqueeze(1)
with torch.no_grad():
    draws = [model(grid) for _ in range(20)]
means = torch.stack([m for m, _ in draws])
epistemic = means.var(dim=0)
aleatoric = torch.stack([v for _, v in draws]).mean(0)
total = (epistemic + aleatoric).sqrt()
lower, upper = torch.quantile(means, 0.05, dim=0), means.quantile(0.95, dim=0)
inside = ((means > lower) & (means < upper)).float().mean()
for g, m, s in zip(grid.squeeze().tolist()[::4], means.mean(0)[::4], total[::4]):
    print(f"x={g:+.1f}  {m:+.2f} +- {s:.2f}")
print(inside.item(), torch.corrcoef(torch.stack([total, grid.squeeze().abs()]))[0, 1].item())

logits = torch.randn(200, 4) * 3
labels = logits.argmax(1)
labels[::3] = torch.randint(0, 4, labels[::3].shape)
temperature = nn.Parameter(torch.ones(1))
opt = torch.optim.LBFGS([temperature], lr=0.1, max_iter=20)
def step():
    opt.zero_grad()
    l = F.cross_entropy(logits / temperature, labels)
    l.backward()
    return l
opt.step(step)
conf, pred = (logits / temperature.detach()).softmax(1).max(1)
ece = torch.zeros(1)
for lo, hi in zip(torch.linspace(0, 0.9, 10), torch.linspace(0.1, 1, 10)):
    in_bin = conf.gt(lo.item()) * conf.le(hi.item())
    prop = in_bin.float().mean()
    if prop.item() > 0:
        ece += torch.abs(conf[in_bin].mean() - (pred[in_bin] == labels[in_bin]).float().mean()) * prop
print("temperature", temperature.item(), "ece", ece.item())
