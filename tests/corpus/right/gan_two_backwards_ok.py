import torch
import torch.nn as nn

G = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 8))
D = nn.Sequential(nn.Linear(8, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
bce = nn.BCEWithLogitsLoss()
opt_g = torch.optim.Adam(G.parameters(), lr=2e-4)
opt_d = torch.optim.Adam(D.parameters(), lr=2e-4)
for it in range(4):
    real = torch.randn(10, 8)
    fake = G(torch.randn(10, 16))
    errD_real = bce(D(real), torch.ones(10, 1))
    errD_fake = bce(D(fake.detach()), torch.zeros(10, 1))
    D.zero_grad()
    errD_real.backward()
    errD_fake.backward()
    opt_d.step()
    errG = bce(D(fake), torch.ones(10, 1))
    G.zero_grad()
    errG.backward(retain_graph=True)
    (0.1 * errG).backward()
    opt_g.step()
