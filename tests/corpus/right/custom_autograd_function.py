import torch
from torch import nn
from torch.autograd import Function, gradcheck
from torch.autograd.function import once_differentiable


class ClampedExp(Function):
    @staticmethod
    def forward(ctx, x, limit):
        y = x.clamp(max=limit).exp()
        ctx.save_for_backward(y, x)
        ctx.limit = limit
        return y

    @staticmethod
    def backward(ctx, grad_output):
        y, x = ctx.saved_tensors
        grad = grad_output * y
        grad = torch.where(x > ctx.limit, torch.zeros_like(grad), grad)
        return grad, None


class Round(Function):
    """straight-through rounding"""

    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, g):
        return g


class GradReverse(Function):
    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        return -ctx.alpha * grad, None


class LinearFunction(Function):
    @staticmethod
    def forward(ctx, input, weight, bias=None):
        ctx.save_for_backward(input, weight, bias)
        output = input.mm(weight.t())
        if bias is not None:
            output += bias.unsqueeze(0).expand_as(output)
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output.mm(weight)
        if ctx.needs_input_grad[1]:
            grad_weight = grad_output.t().mm(input)
        if bias is not None and ctx.needs_input_grad[2]:
            grad_bias = grad_output.sum(0)
        return grad_input, grad_weight, grad_bias


class MyLinear(nn.Module):
    def __init__(self, n_in, n_out, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(n_out, n_in).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(n_out)) if bias else None

    def forward(self, x):
        return LinearFunction.apply(x, self.weight, self.bias)

    def extra_repr(self):
        return f"in={self.weight.size(1)}, out={self.weight.size(0)}, bias={self.bias is not None}"


class DANN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(MyLinear(8, 16), nn.ReLU())
        self.label = MyLinear(16, 3)
        self.domain = MyLinear(16, 2, bias=False)

    def forward(self, x, alpha=1.0):
        f = self.features(x)
        f = Round.apply(f * 16) / 16
        return self.label(f), self.domain(GradReverse.apply(f, alpha))


inp = (torch.randn(6, 4, dtype=torch.double, requires_grad=True), torch.randn(3, 4, dtype=torch.double, requires_grad=True))
print("gradcheck:", gradcheck(LinearFunction.apply, inp, eps=1e-6, atol=1e-4))

model = DANN()
print(model)
src, tgt = torch.randn(10, 8), torch.randn(7, 8)
labels = torch.randint(0, 3, (10,))
class_out, dom_src = model(src, 0.5)
_, dom_tgt = model(tgt, alpha=0.5)
domain_out = torch.cat([dom_src, dom_tgt])
domain_y = torch.cat([torch.zeros(len(src)), torch.ones(len(tgt))]).long()
loss = nn.functional.cross_entropy(class_out, labels) + nn.functional.cross_entropy(domain_out, domain_y)
loss.backward()
print(loss.item(), model.domain.weight.grad.shape)

t = torch.linspace(-2, 4, 7, requires_grad=True)
ClampedExp.apply(t, 2.0).sum().backward()
print(t.grad)
