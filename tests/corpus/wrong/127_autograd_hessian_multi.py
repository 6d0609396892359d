import torch

torch.manual_seed(0)


def rosenbrock(p):
    x, y = p
    return (1 - x) ** 2 + 100 * (y - x ** 2) ** 2


def newton(f, p, steps=4):
    for _ in range(steps):
        g = torch.autograd.functional.jacobian(f, p)
        H = torch.autograd.functional.hessian(f, p)
        p = p - torch.linalg.solve(H, g)
    return p


def gradient_descent(f, p, lr=1e-3, steps=20):
    p = p.clone().requires_grad_()
    for _ in range(steps):
        loss = f(p)
        g, = torch.autograd.grad(loss, p)
        p = (p - lr * g).detach()
    return p


def line_search(f, p, d, n=8):
    steps = torch.logspace(-4, 0, n)
    points = p + steps * d
    values = torch.stack([f(q) for q in points])
    return points[values.argmin()]


start = torch.tensor([-1.2, 1.0])
print("newton", newton(rosenbrock, start))
print("descent", gradient_descent(rosenbrock, start))

g = torch.autograd.functional.jacobian(rosenbrock, start)
print("line search", line_search(rosenbrock, start, -g))

many = torch.randn(6, 2, requires_grad=True)
values = rosenbrock(many.T)
values.backward()
print(many.grad.norm(dim=1))
print(torch.cat([many.detach(), values.detach()], dim=1))
