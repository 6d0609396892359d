import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class ConvLSTMClassifier(nn.Module):
    """CNN over the spectrum, LSTM over time"""

    def __init__(self, n_mels=40, hidden=64, classes=5):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d((2, 1)),
            nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d((2, 1)),
        )
        self.lstm = nn.LSTM(16 * n_mels // 4, hidden, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * hidden, classes)

    def forward(self, x):
        z = self.cnn(x)
        b, c, f, t = z.shape
        z = z.permute(0, 3, 1, 2).reshape(b, c * f, t)
        out, _ = self.lstm(z)
        return self.fc(out[:, -1])


data = TensorDataset(torch.randn(20, 1, 40, 100), torch.randint(0, 5, (20,)))
net = ConvLSTMClassifier()
opt = torch.optim.AdamW(net.parameters())
for x, y in DataLoader(data, batch_size=10):
    loss = nn.functional.cross_entropy(net(x), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
