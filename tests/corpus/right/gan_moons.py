import math
import torch
from torch import nn
from torch.autograd import Variable

torch.manual_seed(111)

n_samples = 130
train_data = torch.zeros((n_samples, 2))
train_data[:, 0] = 2 * math.pi * torch.rand(n_samples)
train_data[:, 1] = torch.sin(train_data[:, 0])
train_labels = torch.zeros(n_samples)
train_set = [(train_data[i], train_labels[i]) for i in range(n_samples)]

batch_size = 32
loader = torch.utils.data.DataLoader(train_set, batch_size=batch_size, shuffle=True)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(
            nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Dropout(0.3),
            nn.Linear(64, 32), nn.LeakyReLU(0.2), nn.Dropout(0.3),
            nn.Linear(32, 1), nn.Sigmoid(),
        )

    def forward(self, x):
        return self.model(x)


class Generator(nn.Module):
    def __init__(self, z_dim):
        super().__init__()
        self.z_dim = z_dim
        self.model = nn.Sequential(nn.Linear(z_dim, 16), nn.ReLU(), nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 2))

    def forward(self, z):
        return self.model(z)

    def sample(self, n):
        z = Variable(torch.randn(n, self.z_dim))
        return self(z)


D = Discriminator()
G = Generator(z_dim=4)
bce = nn.BCELoss()
opt_d = torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.999))
opt_g = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))

history = {"d": [], "g": []}
for epoch in range(3):
    for n, (real_samples, _) in enumerate(loader):
        cur = real_samples.shape[0]
        real_labels = torch.ones((cur, 1))
        fake_labels = torch.zeros((cur, 1))

        # discriminator
        fake_samples = G.sample(cur)
        all_samples = torch.cat((real_samples, fake_samples.detach()))
        all_labels = torch.cat((real_labels, fake_labels))
        D.zero_grad()
        out_d = D(all_samples)
        loss_d = bce(out_d, all_labels)
        loss_d.backward()
        opt_d.step()

        # generator
        G.zero_grad()
        out_g = D(G.sample(cur))
        loss_g = bce(out_g, real_labels)
        loss_g.backward()
        opt_g.step()

        history["d"].append(loss_d.data.item())
        history["g"].append(float(loss_g))
    if epoch % 2 == 0:
        print(f"Epoch: {epoch} Loss D.: {loss_d}")
        print(f"Epoch: {epoch} Loss G.: {loss_g}")

generated = G.sample(100).detach().numpy()
xs, ys = generated[:, 0], generated[:, 1]
print("x range %.2f .. %.2f" % (xs.min(), xs.max()), "y mean", ys.mean())
