import torch
import torch.nn as nn
from types import SimpleNamespace

opt = SimpleNamespace(latent=20, classes=10, size=12, channels=1, batch=16, steps=2)
img_shape = (opt.channels, opt.size, opt.size)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.label_emb = nn.Embedding(opt.classes, opt.classes)
        n_pixels = opt.channels * opt.size * opt.size
        self.model = nn.Sequential(
            nn.Linear(opt.latent + opt.classes, 64), nn.LeakyReLU(0.2),
            nn.Linear(64, 128), nn.BatchNorm1d(128, 0.8), nn.LeakyReLU(0.2),
            nn.Linear(128, n_pixels), nn.Tanh(),
        )

    def forward(self, noise, labels):
        gen_input = torch.cat((self.label_emb(labels), noise), -1)
        return self.model(gen_input).view(noise.size(0), *img_shape)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.label_embedding = nn.Embedding(opt.classes, opt.classes)
        n_pixels = opt.channels * opt.size * opt.size
        self.model = nn.Sequential(
            nn.Linear(opt.classes + n_pixels, 64), nn.LeakyReLU(0.2),
            nn.Dropout(0.4), nn.Linear(64, 1),
        )

    def forward(self, img, labels):
        d_in = torch.cat((img, self.label_embedding(labels)), -1)
        return self.model(d_in)


G, D = Generator(), Discriminator()
loss_fn = nn.MSELoss()
g_optim = torch.optim.Adam(G.parameters(), lr=2e-4, betas=(0.5, 0.999))
d_optim = torch.optim.Adam(D.parameters(), lr=2e-4, betas=(0.5, 0.999))
valid, fake = torch.ones(opt.batch, 1), torch.zeros(opt.batch, 1)

for step in range(opt.steps):
    real_imgs = torch.rand(opt.batch, *img_shape) * 2 - 1
    labels = torch.randint(0, opt.classes, (opt.batch,))

    g_optim.zero_grad()
    z = torch.randn(opt.batch, opt.latent)
    gen_labels = torch.randint(0, opt.classes, (opt.batch,))
    gen_imgs = G(z, gen_labels)
    g_loss = loss_fn(D(gen_imgs, gen_labels), valid)
    g_loss.backward()
    g_optim.step()

    d_optim.zero_grad()
    d_loss = (loss_fn(D(real_imgs, labels), valid) + loss_fn(D(gen_imgs.detach(), gen_labels), fake)) / 2
    d_loss.backward()
    d_optim.step()
    print(step, d_loss.item(), g_loss.item())
