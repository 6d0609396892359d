import torch
import torch.nn as nn

cfgs = {
    "tiny": [8, "M", 16, "M", 32, 32, "M"],
    "small": [8, 8, "M", 16, 16, "M", 32, 32, "M", 64, "M"],
}


def make_layers(cfg, batch_norm=False):
    layers = []
    in_channels = 3
    for v in cfg:
        if v == "M":
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            conv2d = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
            if batch_norm:
                layers += [conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
            else:
                layers += [conv2d, nn.ReLU(inplace=True)]
            in_channels = v
    return nn.Sequential(*layers)


class VGG(nn.Module):
    def __init__(self, features, last_channels, num_classes=20):
        super().__init__()
        self.features = features
        self.classifier = nn.Sequential(
            nn.Linear(last_channels * 7 * 7, 128),
            nn.ReLU(True),
            nn.Dropout(),
            nn.Linear(128, num_classes),
        )

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        x = self.classifier(x)
        return x


def vgg(name, batch_norm=True):
    cfg = cfgs[name]
    return VGG(make_layers(cfg, batch_norm), last_channels=cfg[-2])


model = vgg("small")
batch = torch.randn(2, 3, 64, 64)
scores = model(batch)
print(scores.shape)
print(sum(p.numel() for p in model.parameters()))
