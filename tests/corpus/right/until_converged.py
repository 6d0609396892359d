import torch

torch.manual_seed(0)


def power_iteration(A, tol=1e-8, max_iter=1000):
    v = torch.randn(A.shape[1], 1, dtype=A.dtype)
    v = v / v.norm()
    last = torch.zeros((), dtype=A.dtype)
    converged = False
    k = 0
    while not converged and k < max_iter:
        w = A @ v
        lam = (v.T @ w).squeeze()
        v = w / torch.linalg.norm(w)
        converged = bool((lam - last).abs() < tol)
        last = lam
        k += 1
    return lam, v.squeeze(1), k


def newton(f, x, steps=50):
    for i in range(steps):
        x = x.detach().requires_grad_(True)
        y = f(x)
        (g,) = torch.autograd.grad(y, x, create_graph=True)
        H = torch.stack([torch.autograd.grad(g[j], x, retain_graph=True)[0] for j in range(len(x))])
        if g.norm() < 1e-6:
            break
        step = torch.linalg.solve(H, g.detach())
        t = 1.0
        while f(x - t * step) > y - 1e-4 * t * g.detach() @ step and t > 1e-4:
            t *= 0.5
        x = x - t * step
    return x.detach(), i


def sinkhorn(C, eps=0.1, thresh=1e-3):
    n, m = C.shape
    mu = torch.full((n,), 1.0 / n)
    nu = torch.full((m,), 1.0 / m)
    u, v = torch.zeros_like(mu), torch.zeros_like(nu)

    def M(C, u, v):
        return (-C + u.unsqueeze(-1) + v.unsqueeze(-2)) / eps

    actual_nits = 0
    for i in range(100):
        u1 = u
        u = eps * (torch.log(mu + 1e-8) - torch.logsumexp(M(C, u, v), dim=-1)) + u
        v = eps * (torch.log(nu + 1e-8) - torch.logsumexp(M(C, u, v).transpose(-2, -1), dim=-1)) + v
        err = (u - u1).abs().sum()
        actual_nits += 1
        if err.item() < thresh:
            break
    pi = torch.exp(M(C, u, v))
    return torch.sum(pi * C), pi, actual_nits


def conjugate_gradient(A, b, tol=1e-10):
    x = torch.zeros_like(b)
    r = b - A @ x
    p = r.clone()
    rs = r @ r
    it = 0
    while rs > tol:
        Ap = A @ p
        alpha = rs / (p @ Ap)
        x = x + alpha * p
        r = r - alpha * Ap
        new = r @ r
        p = r + (new / rs) * p
        rs = new
        it += 1
        if it > 10 * len(b):
            raise RuntimeError("no convergence")
    return x, it


def collatz(n):
    n = torch.tensor(n)
    seq = [n.item()]
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        seq.append(n.item())
    return seq


B = torch.randn(6, 6, dtype=torch.float64)
A = B @ B.T + 6 * torch.eye(6, dtype=torch.float64)
lam, vec, k = power_iteration(A)
print("largest eigenvalue %.4f after %d, exact %.4f" % (lam.item(), k, torch.linalg.eigvalsh(A)[-1]))

rosen = lambda x: ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()
x, i = newton(rosen, torch.tensor([-0.5, 0.8, 0.3]))
print("minimum", x, "in", i)
cost, plan, its = sinkhorn(torch.cdist(torch.rand(5, 2), torch.rand(7, 2)))
print(cost.item(), plan.shape, its)
sol, it = conjugate_gradient(A, torch.ones(6, dtype=torch.float64))
print(torch.dist(A @ sol, torch.ones(6, dtype=torch.float64)).item() < 1e-4, it)
print(collatz(7))
