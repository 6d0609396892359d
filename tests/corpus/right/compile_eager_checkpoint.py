import torch
import torch.nn as nn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential


@torch.compile(backend="eager")
def gelu_approx(x):
    return 0.5 * x * (1 + torch.tanh(0.7978845608 * (x + 0.044715 * x ** 3)))


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, dim * 2)
        self.down = nn.Linear(dim * 2, dim)

    def forward(self, x):
        return x + self.down(gelu_approx(self.up(self.norm(x))))


class Deep(nn.Module):
    def __init__(self, dim=24, depth=4, use_checkpoint=False):
        super().__init__()
        self.blocks = nn.ModuleList(Block(dim) for _ in range(depth))
        self.use_checkpoint = use_checkpoint
        self.out = nn.Linear(dim, 3)

    def forward(self, x):
        for blk in self.blocks:
            if self.use_checkpoint and self.training:
                x = checkpoint(blk, x, use_reentrant=False)
            else:
                x = blk(x)
        return self.out(x.mean(dim=1))


torch.manual_seed(0)
x = torch.randn(4, 10, 24)
plain = Deep()
saving = Deep(use_checkpoint=True)
saving.load_state_dict(plain.state_dict())

a = plain(x)
b = saving(x)
a.sum().backward()
b.sum().backward()
same = all(torch.allclose(p.grad, q.grad, atol=1e-6) for p, q in zip(plain.parameters(), saving.parameters()))
print("outputs equal:", torch.allclose(a, b, atol=1e-6), "gradients equal:", same)

trunk = nn.Sequential(*[nn.Sequential(nn.Linear(24, 24), nn.ReLU()) for _ in range(6)])
inp = torch.randn(5, 24, requires_grad=True)
out = checkpoint_sequential(trunk, 3, inp, use_reentrant=False)
out.pow(2).mean().backward()
print(out.shape, inp.grad.norm())

compiled = torch.compile(nn.Linear(24, 2), backend="eager")
print(compiled(inp.detach()).shape)
