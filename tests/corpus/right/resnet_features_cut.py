import torch
import torch.nn as nn
from torchvision import models

backbone = models.resnet18(pretrained=True)
for p in backbone.parameters():
    p.requires_grad = False
in_features = backbone.fc.in_features
backbone.fc = nn.Identity()
trunk = nn.Sequential(*list(models.resnet18().children())[:-2])
head = nn.Sequential(nn.Linear(in_features, 64), nn.ReLU(), nn.Linear(64, 4))
opt = torch.optim.Adam(head.parameters(), lr=1e-3)
x, y = torch.randn(6, 3, 64, 64), torch.randint(0, 4, (6,))
for _ in range(2):
    with torch.no_grad():
        feats = backbone(x)
    loss = nn.functional.cross_entropy(head(feats), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
maps = trunk(x)
pooled = nn.functional.adaptive_avg_pool2d(maps, 1).flatten(1)
print(maps.shape, pooled.shape, head(pooled).shape)
