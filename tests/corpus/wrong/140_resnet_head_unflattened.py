import torch
import torch.nn as nn
from torchvision import models


class FineTuned(nn.Module):
    def __init__(self, n_classes, hidden=256):
        super().__init__()
        backbone = models.resnet18(pretrained=False)
        for p in backbone.parameters():
            p.requires_grad = False
        self.features = nn.Sequential(*list(backbone.children())[:-1])
        self.head = nn.Sequential(
            nn.Linear(512, hidden),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(hidden, n_classes),
        )

    def forward(self, x):
        feats = self.features(x)
        return self.head(feats)


model = FineTuned(12)
optimizer = torch.optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=1e-3)
loss_fn = nn.CrossEntropyLoss()
x = torch.rand(8, 3, 96, 96)
y = torch.randint(0, 12, (8,))
for step in range(3):
    logits = model(x)
    loss = loss_fn(logits, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(step, float(loss))
