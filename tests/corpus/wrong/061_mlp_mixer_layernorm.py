import torch
import torch.nn as nn


class MlpBlock(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))

    def forward(self, x):
        return self.net(x)


class MixerLayer(nn.Module):
    def __init__(self, n_tokens, dim):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.token_mix = MlpBlock(n_tokens, 32)
        self.norm2 = nn.LayerNorm(dim)
        self.channel_mix = MlpBlock(dim, 64)

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.token_mix(y)
        return x + self.channel_mix(self.norm2(x))


class Mixer(nn.Module):
    def __init__(self, patches=16, dim=24, depth=2, classes=5):
        super().__init__()
        self.stem = nn.Conv2d(3, dim, 8, 8)
        self.layers = nn.Sequential(*(MixerLayer(patches, dim) for _ in range(depth)))
        self.head = nn.Linear(dim, classes)

    def forward(self, x):
        x = self.stem(x).flatten(2).transpose(1, 2)
        return self.head(self.layers(x).mean(1))


model = Mixer()
optimizer = torch.optim.Adam(model.parameters())
for _ in range(2):
    loss = nn.functional.cross_entropy(model(torch.rand(6, 3, 32, 32)), torch.randint(0, 5, (6,)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
