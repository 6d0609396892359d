import torch
import torch.nn as nn
from torchvision import models


def build(num_classes, feature_extract=True):
    model = models.resnet18()
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    if feature_extract:
        for param in model.parameters():
            param.requires_grad = False
    return model


net = build(5)
opt = torch.optim.SGD(net.parameters(), lr=0.01)
loss_fn = nn.CrossEntropyLoss()
net.train()
images = torch.randn(4, 3, 64, 64)
target = torch.tensor([0, 1, 4, 2])
for i in range(2):
    opt.zero_grad()
    output = net(images)
    loss = loss_fn(output, target)
    loss.backward()
    opt.step()
