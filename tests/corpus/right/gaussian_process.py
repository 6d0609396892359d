import math
import torch
from torch.distributions import Gamma, MultivariateNormal, Normal, MixtureSameFamily, Categorical, Dirichlet, Poisson, Uniform, constraints, transform_to

torch.manual_seed(0)
torch.set_printoptions(precision=3, sci_mode=False)


class GP:
    def __init__(self):
        self.raw = {k: torch.zeros(1, dtype=torch.float64, requires_grad=True) for k in ("length", "scale", "noise")}

    def __getattr__(self, name):
        raw = self.__dict__.get("raw", {})
        if name in raw:
            return torch.nn.functional.softplus(raw[name]) + 1e-4
        raise AttributeError(name)

    def kernel(self, a, b):
        d = (a[:, None, :] - b[None, :, :]).div(self.length).pow(2).sum(-1)
        return self.scale * torch.exp(-0.5 * d)

    def nll(self, X, y):
        n = X.size(0)
        K = self.kernel(X, X) + self.noise * torch.eye(n, dtype=X.dtype)
        L = torch.linalg.cholesky(K)
        alpha = torch.cholesky_solve(y.unsqueeze(1), L).squeeze(1)
        return 0.5 * y @ alpha + L.diagonal().log().sum() + 0.5 * n * math.log(2 * math.pi)

    @torch.no_grad()
    def predict(self, X, y, Xs):
        K = self.kernel(X, X) + self.noise * torch.eye(len(X), dtype=X.dtype)
        Ks = self.kernel(X, Xs)
        L = torch.linalg.cholesky(K)
        A = torch.linalg.solve_triangular(L, Ks, upper=False)
        v = torch.linalg.solve_triangular(L, y[:, None], upper=False)
        mean = (A.mT @ v).squeeze(-1)
        cov = self.kernel(Xs, Xs) - A.mT @ A
        return mean, cov


X = torch.linspace(0, 6, 20, dtype=torch.float64).unsqueeze(1)
y = torch.sin(X).squeeze() + 0.1 * torch.randn(20, dtype=torch.float64)
gp = GP()
opt = torch.optim.Adam(gp.raw.values(), lr=0.1)
for i in range(15):
    loss = gp.nll(X, y)
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item(), float(gp.length), float(gp.noise))

Xs = torch.linspace(-1, 7, 9, dtype=torch.float64)[:, None]
mean, cov = gp.predict(X, y, Xs)
jitter = 1e-6
while True:
    try:
        post = MultivariateNormal(mean, cov + jitter * torch.eye(len(Xs), dtype=torch.float64))
        break
    except ValueError:
        jitter *= 10
paths = post.sample((3,))
band = 1.96 * cov.diagonal().clamp_min(0).sqrt()
best = X[y.argmin()]
gain = (y.min() - mean) / band.clamp(min=1e-9)
ei = Normal(torch.zeros(()).double(), torch.ones(()).double()).cdf(gain)
print(mean.shape, paths.shape, band, Xs[ei.argmax()].item(), best.item())

# a mixture fitted by gradient, and some conjugate play
mix = torch.zeros(3, requires_grad=True)
loc = torch.tensor([-3., 0., 3.], requires_grad=True)
log_s = torch.zeros(3, requires_grad=True)
data = torch.cat([Normal(-2, 0.5).sample((40,)), Normal(4, 1).sample((60,))])
opt = torch.optim.Adam([mix, loc, log_s], lr=0.2)
for i in range(20):
    gmm = MixtureSameFamily(Categorical(logits=mix), Normal(loc, log_s.exp()))
    nll = -gmm.log_prob(data).mean()
    opt.zero_grad()
    nll.backward()
    opt.step()
resp = (Normal(loc, log_s.exp()).log_prob(data[:, None]) + mix.log_softmax(0)).softmax(-1)
print(nll.item(), resp.shape, gmm.sample((5,)).shape, resp.argmax(1).bincount(minlength=3))
rate = Gamma(2.0, 1.0).sample((4,))
counts = Poisson(rate).sample((10,))
posterior = Gamma(2.0 + counts.sum(0), torch.tensor(1.0 + 10))
topic = Dirichlet(torch.full((6,), 0.5)).rsample((2, 3))
pos = transform_to(constraints.positive)(torch.randn(3))
print(posterior.mean, topic.sum(-1), bool((pos > 0).all()), Uniform(torch.zeros(2), torch.ones(2)).entropy())
