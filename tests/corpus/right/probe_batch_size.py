import contextlib
import gc
import torch
import torch.nn as nn
import torch.nn.functional as F


class MemoryLimited(nn.Module):
    """stands for a model that runs out of memory on large batches"""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit
        self.net = nn.Sequential(nn.Linear(12, 24), nn.ReLU(), nn.Linear(24, 2))

    def forward(self, x):
        if x.size(0) > self.limit:
            raise RuntimeError("CUDA out of memory. Tried to allocate %d rows" % x.size(0))
        return self.net(x)


def find_batch_size(model, start=64):
    size = start
    while size > 0:
        try:
            out = model(torch.randn(size, 12))
            out.sum().backward()
            return size
        except RuntimeError as e:
            if "out of memory" not in str(e):
                raise
            model.zero_grad()
            gc.collect()
            size //= 2
            continue
    return None


def infer_features(conv, size):
    """how many features come out, found by trying"""
    with torch.no_grad():
        return conv(torch.zeros(1, *size)).numel()


def flexible_matmul(a, b):
    try:
        return a @ b
    except RuntimeError:
        return a @ b.T


def best_view(x, options):
    for shape in options:
        try:
            return x.view(*shape)
        except RuntimeError:
            pass
    return x.reshape(-1)


def attention(q, k, v):
    try:
        fast = F.flash_attention_that_does_not_exist
    except AttributeError:
        fast = None
    if fast is not None:
        return fast(q, k, v)
    w = torch.softmax(q @ k.transpose(-2, -1) / q.size(-1) ** 0.5, dim=-1)
    return w @ v


try:
    import apex.normalization as _norm
    LayerNorm = _norm.FusedLayerNorm
except ImportError:
    LayerNorm = nn.LayerNorm

model = MemoryLimited(20)
print("batch size", find_batch_size(model))

conv = nn.Sequential(nn.Conv2d(3, 4, 5, 2), nn.ReLU(), nn.MaxPool2d(2))
n = infer_features(conv, (3, 45, 60))
head = nn.Linear(n, 3)
print(n, head(conv(torch.randn(2, 3, 45, 60)).flatten(1)).shape)

a, w = torch.randn(5, 7), torch.randn(3, 7)
print(flexible_matmul(a, w).shape, flexible_matmul(a, w.T).shape)
t = torch.arange(24).view(4, 6).t()
print(best_view(t, [(5, 5), (24,), (6, 2, 2)]).shape)
print(best_view(t, [(7, 7)]).shape)
q = torch.randn(2, 4, 8)
print(LayerNorm(8)(attention(q, q, q)).shape)

with contextlib.suppress(RuntimeError):
    model(torch.randn(50, 12))
with contextlib.suppress(ValueError, IndexError):
    torch.zeros(3)[5]

for candidate in (torch.randn(4, 12), torch.randn(12, 4), torch.randn(12)):
    try:
        y = model(candidate)
    except RuntimeError:
        y = model(candidate.t())
    finally:
        model.zero_grad()
    print(tuple(candidate.shape), tuple(y.shape))

errors = {}
for lead in (1, 2, 3):
    try:
        nn.Conv1d(2, 5, 3)(torch.randn(lead, 2, 9)).view(2, -1)
        torch.stack([torch.zeros(lead), torch.zeros(2)])
    except RuntimeError as err:
        errors[lead] = err
ok = [lead for lead in (1, 2, 3) if lead not in errors]
print("works with", ok)
