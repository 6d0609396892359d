import json

import torch
import torch.nn as nn

CONFIG = json.loads("""
{"in_channels": 3, "stages": [{"out": 16, "n": 1}, {"out": 32, "n": 2}], "classes": 6}
""")


def conv_bn(i, o, s=1):
    return nn.Sequential(nn.Conv2d(i, o, 3, s, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU())


def build(config):
    layers, c = [], config["in_channels"]
    for stage in config["stages"]:
        for k in range(stage["n"]):
            layers.append(conv_bn(c, stage["out"], 2 if k == 0 else 1))
        c = stage["out"]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, config["classes"])]
    return nn.Sequential(*layers)


net = build(CONFIG)
x = torch.randn(4, 3, 32, 32)
out = net(x)
print(out.shape)
