import torch
import torch.nn as nn


class PatchEmbed(nn.Module):
    def __init__(self, img_size=32, patch=8, dim=48):
        super().__init__()
        self.n_patches = (img_size // patch) ** 2
        self.dim = dim
        self.proj = nn.Conv2d(3, dim, patch, stride=patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos = nn.Parameter(torch.zeros(1, self.n_patches + 1, dim))

    def forward(self, img):
        b = img.shape[0]
        x = self.proj(img).view(b, self.dim, self.n_patches).transpose(1, 2)
        x = torch.cat([self.cls.expand(b, -1, -1), x], dim=1)
        return x + self.pos


class ViT(nn.Module):
    def __init__(self, n_classes=10, depth=2, **kw):
        super().__init__()
        self.embed = PatchEmbed(**kw)
        layer = nn.TransformerEncoderLayer(self.embed.dim, 4, 96, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.head = nn.Linear(self.embed.dim, n_classes)

    def forward(self, img):
        tokens = self.encoder(self.embed(img))
        return self.head(tokens[:, 0])


def main():
    vit = ViT(n_classes=3, img_size=32)
    opt = torch.optim.AdamW(vit.parameters(), lr=1e-3)
    for i in range(2):
        images, y = torch.rand(4, 3, 40, 40), torch.randint(0, 3, (4,))
        loss = nn.functional.cross_entropy(vit(images), y)
        loss.backward()
        opt.step()
        opt.zero_grad()
        print(i, loss.item())


main()
