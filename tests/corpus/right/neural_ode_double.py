import torch
import torch.nn as nn

torch.set_default_dtype(torch.float64)

true_y0 = torch.tensor([[2., 0.]])
t = torch.linspace(0., 3., 31)
true_A = torch.tensor([[-0.1, 2.0], [-2.0, -0.1]])


class Lambda(nn.Module):
    def forward(self, t, y):
        return torch.mm(y ** 3, true_A)


def rk4_step(f, t0, dt, y):
    k1 = f(t0, y)
    k2 = f(t0 + dt / 2, y + dt * k1 / 2)
    k3 = f(t0 + dt / 2, y + dt * k2 / 2)
    k4 = f(t0 + dt, y + dt * k3)
    return y + (k1 + 2 * k2 + 2 * k3 + k4) * dt / 6


def odeint(func, y0, t, method="rk4"):
    step = {"rk4": rk4_step, "euler": lambda f, t0, dt, y: y + dt * f(t0, y)}[method]
    ys = [y0]
    for t0, t1 in zip(t[:-1], t[1:]):
        ys.append(step(func, t0, t1 - t0, ys[-1]))
    return torch.stack(ys, dim=0)


with torch.no_grad():
    true_y = odeint(Lambda(), true_y0, t, method='rk4')


def get_batch(batch_time=8, batch_size=6):
    s = torch.randperm(len(t) - batch_time)[:batch_size]
    batch_y0 = true_y[s]
    batch_t = t[:batch_time]
    batch_y = torch.stack([true_y[s + i] for i in range(batch_time)], dim=0)
    return batch_y0, batch_t, batch_y


class ODEFunc(nn.Module):
    def __init__(self):
        super(ODEFunc, self).__init__()
        self.net = nn.Sequential(nn.Linear(2, 20), nn.Tanh(), nn.Linear(20, 2))
        for m in self.net.modules():
            if isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, mean=0, std=0.1)
                nn.init.constant_(m.bias, val=0)
        self.nfe = 0

    def forward(self, t, y):
        self.nfe += 1
        return self.net(y ** 3)


class RunningAverageMeter(object):
    def __init__(self, momentum=0.9):
        self.momentum = momentum
        self.val = None

    def update(self, val):
        self.avg = val if self.val is None else self.avg * self.momentum + val * (1 - self.momentum)
        self.val = val


func = ODEFunc()
optimizer = torch.optim.RMSprop(func.parameters(), lr=1e-3)
loss_meter = RunningAverageMeter(0.97)
for itr in range(1, 6):
    optimizer.zero_grad()
    batch_y0, batch_t, batch_y = get_batch()
    pred_y = odeint(func, batch_y0, batch_t)
    loss = torch.mean(torch.abs(pred_y - batch_y))
    loss.backward()
    optimizer.step()
    loss_meter.update(loss.item())
    if itr % 2 == 0:
        with torch.no_grad():
            pred_y = odeint(func, true_y0, t, "euler")
            loss = torch.mean(torch.abs(pred_y - true_y))
            print('Iter {:04d} | Total Loss {:.6f} | nfe {}'.format(itr, loss.item(), func.nfe))
            assert pred_y.dtype == torch.float64

single = ODEFunc().float()
print(single(torch.tensor(0.), torch.ones(3, 2, dtype=torch.float32)).dtype, loss_meter.avg < 10)
torch.set_default_dtype(torch.float32)
