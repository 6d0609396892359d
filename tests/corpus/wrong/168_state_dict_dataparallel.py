import copy
import torch
import torch.nn as nn


class Classifier(nn.Module):
    def __init__(self, n_classes=10):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(20, 40), nn.ReLU())
        self.classifier = nn.Linear(40, n_classes)

    def forward(self, x):
        return self.classifier(self.features(x))


pretrained = nn.DataParallel(Classifier(10))
checkpoint = {"epoch": 4, "state_dict": copy.deepcopy(pretrained.state_dict())}

model = Classifier(10)
model.load_state_dict(checkpoint["state_dict"])
model.eval()
print(model(torch.randn(3, 20)).argmax(-1))
