import numpy as np
import torch
import torch.nn as nn

rng = np.random.default_rng(0)


def corrupt(x, p=0.15):
    """puts noise where a mask says so"""
    mask = torch.from_numpy(rng.random(tuple(x.shape)) < p)
    noise = torch.from_numpy(rng.normal(size=int(mask.sum())))
    out = x.clone()
    out[mask] = noise
    return out, mask


class DenoisingAE(nn.Module):
    def __init__(self, n_in, n_code):
        super().__init__()
        self.enc = nn.Linear(n_in, n_code)
        self.dec = nn.Linear(n_code, n_in)

    def forward(self, x):
        return self.dec(torch.relu(self.enc(x)))


expression = torch.rand(64, 100)
ae = DenoisingAE(100, 10)
opt = torch.optim.Adam(ae.parameters(), lr=1e-2)
for epoch in range(3):
    for batch in torch.split(expression, 16):
        noisy, mask = corrupt(batch)
        rec = ae(noisy)
        loss = ((rec - batch) ** 2 * (1 + 3 * mask)).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
