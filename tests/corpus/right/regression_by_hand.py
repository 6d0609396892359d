import torch
import math

dtype = torch.float
device = torch.device("cpu")
# device = torch.device("cuda:0")

x = torch.linspace(-math.pi, math.pi, 2000, device=device, dtype=dtype)
y = torch.sin(x)

a = torch.randn((), device=device, dtype=dtype)
b = torch.randn((), device=device, dtype=dtype)
c = torch.randn((), device=device, dtype=dtype)
d = torch.randn((), device=device, dtype=dtype)

learning_rate = 1e-6
for t in range(200):
    y_pred = a + b * x + c * x ** 2 + d * x ** 3
    loss = (y_pred - y).pow(2).sum().item()
    if t % 100 == 99:
        print(t, loss)
    grad_y_pred = 2.0 * (y_pred - y)
    grad_a = grad_y_pred.sum()
    grad_b = (grad_y_pred * x).sum()
    grad_c = (grad_y_pred * x ** 2).sum()
    grad_d = (grad_y_pred * x ** 3).sum()
    a -= learning_rate * grad_a
    b -= learning_rate * grad_b
    c -= learning_rate * grad_c
    d -= learning_rate * grad_d
print(f'Result: y = {a.item()} + {b.item()} x + {c.item()} x^2 + {d.item()} x^3')

# now with autograd, a bias and two features
N = 50
true_w = torch.tensor([2, -3.4])
true_b = 4.2
features = torch.normal(0, 1, (N, 2))
labels = features @ true_w + true_b
labels += torch.normal(0, 0.01, labels.shape)
labels = labels.reshape((-1, 1))
w = torch.normal(0, 0.01, size=(2, 1), requires_grad=True)
bias = torch.zeros(1, requires_grad=True)


def data_iter(batch_size):
    indices = torch.randperm(N)
    for i in range(0, N, batch_size):
        batch = indices[i:min(i + batch_size, N)]
        yield features[batch], labels[batch]


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


for epoch in range(3):
    for X, t in data_iter(12):
        l = (torch.matmul(X, w) + bias - t) ** 2 / 2
        l.sum().backward()
        sgd([w, bias], 0.1, len(X))
    with torch.no_grad():
        train_l = ((features @ w + bias) - labels).pow(2).mean() / 2
        print(f'epoch {epoch + 1}, loss {float(train_l):f}')
print('error in w', true_w - w.reshape(true_w.shape))

# and the closed form
A = torch.cat([features, torch.ones(N, 1)], dim=1)
solution = torch.linalg.lstsq(A, labels).solution
normal_eq = torch.inverse(A.t().mm(A)).mm(A.t()).mm(labels)
poly = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))
xx = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))
print(solution.squeeze().tolist(), torch.dist(solution, normal_eq).item() < 1e-2, poly(xx).shape)
