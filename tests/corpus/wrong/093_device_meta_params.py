import torch
import torch.nn as nn


class BigMLP(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.inp = nn.Linear(16, width)
        self.body = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.out = nn.Linear(width, 16)

    def forward(self, x):
        x = self.inp(x)
        for layer in self.body:
            x = x + torch.relu(layer(x))
        return self.out(x)


def count(model):
    return sum(p.numel() for p in model.parameters())


# how big would it be? the meta device needs no memory for that
with torch.device("meta"):
    skeleton = BigMLP(512, 6)
print("parameters:", count(skeleton))

model = skeleton
model.eval()
with torch.no_grad():
    print(model(torch.randn(4, 16)).mean())
