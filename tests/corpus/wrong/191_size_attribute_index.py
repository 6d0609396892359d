import torch
import torch.nn as nn


class Flatten(nn.Module):
    def forward(self, x):
        return x.view(x.size[0], -1)


model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), Flatten(), nn.Linear(4 * 30 * 30, 3))
print(model(torch.randn(2, 3, 32, 32)).shape)
