import torch

torch.manual_seed(0)
X = torch.randn(64, 3)
Y = X @ torch.tensor([[1.5], [-2.0], [0.5]]) + 0.3

w = torch.zeros(3, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
lr = 0.1


def forward(x):
    return x @ w + b


for step in range(20):
    err = forward(X) - Y
    loss = (err ** 2).mean()
    loss.backward()
    w -= lr * w.grad
    b.data -= lr * b.grad
    w.grad = None
    b.grad = None
    if step % 5 == 0:
        print(step, loss.item())
print(w, b)
