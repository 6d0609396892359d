import math
import torch
import torch.nn as nn

SR = 2000


def tone(freq, seconds=0.25):
    t = torch.linspace(0, seconds, int(SR * seconds))
    return torch.sin(2 * math.pi * freq * t)


def make_dataset():
    wavs, labels = [], []
    for label, freq in enumerate([110, 220, 440, 880]):
        for k in range(8):
            wav = tone(freq * (1 + 0.01 * k)) + 0.01 * torch.randn(int(SR * 0.25))
            wavs.append(wav)
            labels.append(label)
    return torch.stack(wavs), torch.tensor(labels)


class M3(nn.Module):
    def __init__(self, n_output, n_channel=16):
        super().__init__()
        self.conv1 = nn.Conv1d(1, n_channel, kernel_size=16, stride=4)
        self.bn1 = nn.BatchNorm1d(n_channel)
        self.conv2 = nn.Conv1d(n_channel, 2 * n_channel, kernel_size=3)
        self.bn2 = nn.BatchNorm1d(2 * n_channel)
        self.pool = nn.MaxPool1d(4)
        self.fc = nn.Linear(2 * n_channel, n_output)

    def forward(self, x):
        x = self.pool(torch.relu(self.bn1(self.conv1(x))))
        x = self.pool(torch.relu(self.bn2(self.conv2(x))))
        x = x.mean(dim=-1)
        return self.fc(x)


waves, targets = make_dataset()
net = M3(n_output=4)
opt = torch.optim.Adam(net.parameters(), lr=0.01)
perm = torch.randperm(len(waves))
for epoch in range(2):
    for idx in perm.split(8):
        out = net(waves[idx])
        loss = nn.functional.cross_entropy(out, targets[idx])
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
