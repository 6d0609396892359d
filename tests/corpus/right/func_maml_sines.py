import math
import torch
from torch import nn
from torch.func import functional_call, grad, vmap, jacrev, hessian

torch.manual_seed(0)
num_tasks, K, inner_lr = 6, 5, 0.1


class SineNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(1, 20)
        self.fc2 = nn.Linear(20, 20)
        self.fc3 = nn.Linear(20, 1)

    def forward(self, x):
        x = torch.tanh(self.fc1(x))
        x = torch.tanh(self.fc2(x))
        return self.fc3(x)


net = SineNet()
params = dict(net.named_parameters())
opt = torch.optim.Adam(params.values(), lr=1e-3)


def mse(y, t):
    return ((y - t) ** 2).mean()


def sample_tasks(outer, inner):
    As, phases = [], []
    for _ in range(outer):
        As.append(torch.empty(1).uniform_(0.1, 5.0).item())
        phases.append(torch.rand(1).item() * math.pi)

    def batch():
        xs, ys = [], []
        for A, phase in zip(As, phases):
            x = torch.rand(inner, 1) * 10 - 5
            y = A * torch.sin(x + phase)
            xs.append(x)
            ys.append(y)
        return torch.stack(xs), torch.stack(ys)

    x1, y1 = batch()
    x2, y2 = batch()
    return x1, y1, x2, y2


def loss_for_task(x1, y1, x2, y2):
    def inner_loss(p, x, y):
        f = functional_call(net, p, (x,))
        return mse(f, y)

    grads = grad(inner_loss)(params, x1, y1)
    adapted = {k: params[k] - grads[k] * inner_lr for k in params}
    v_f = functional_call(net, adapted, (x2,))
    return mse(v_f, y2)


for it in range(4):
    task = sample_tasks(num_tasks, K)
    losses = vmap(loss_for_task)(*task)
    loss = losses.mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(it, losses.shape, loss.item())

J = jacrev(lambda x: net(x).squeeze(-1))(torch.linspace(-1, 1, 4)[:, None])
H = hessian(lambda v: (v ** 3).sum())(torch.tensor([1.0, 2.0, 3.0]))
print(J.shape, torch.diagonal(H))
