import torch
from torch import nn
import matplotlib.pyplot as plt


class TemporalConvNet(nn.Module):
    def __init__(self, n_sensors, n_activities, channels=(16, 24)):
        super().__init__()
        layers = []
        c = n_sensors
        for k, ch in enumerate(channels):
            layers.append(nn.Conv1d(c, ch, 3, dilation=2 ** k, padding=2 ** k))
            layers.append(nn.ReLU())
            c = ch
        self.tcn = nn.Sequential(*layers)
        self.head = nn.Linear(c, n_activities)

    def forward(self, signal):
        feats = self.tcn(signal.transpose(1, 2))
        pooled = feats.mean(dim=3)
        return self.head(pooled)


signals = torch.randn(32, 50, 9)
activity = torch.randint(0, 6, (32,))
net = TemporalConvNet(9, 6)
opt = torch.optim.RMSprop(net.parameters(), lr=1e-3)

history = []
for it in range(8):
    scores = net(signals)
    loss = nn.functional.cross_entropy(scores, activity)
    opt.zero_grad()
    loss.backward()
    opt.step()
    history.append(loss.item())

plt.plot(history)
plt.xlabel("iteration")
plt.ylabel("loss")
plt.show()
