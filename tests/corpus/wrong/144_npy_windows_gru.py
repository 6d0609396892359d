import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

train_x = np.load("windows_x.npy").astype(np.float32)
train_y = np.load("windows_y.npy").astype(np.int64)
loader = DataLoader(TensorDataset(torch.from_numpy(train_x), torch.from_numpy(train_y)), batch_size=20, shuffle=True)


class GRUClassifier(nn.Module):
    def __init__(self, n_features, hidden=48, layers=2, n_classes=3):
        super().__init__()
        self.hidden, self.layers = hidden, layers
        self.gru = nn.GRU(n_features, hidden, layers, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(hidden, n_classes)

    def forward(self, x):
        h0 = torch.zeros(self.layers * 2, x.size(0), self.hidden, device=x.device)
        out, _ = self.gru(x, h0)
        return self.fc(out[:, -1, :])


model = GRUClassifier(train_x.shape[-1])
opt = torch.optim.Adam(model.parameters())
for xb, yb in loader:
    loss = nn.functional.cross_entropy(model(xb), yb)
    opt.zero_grad()
    loss.backward()
    opt.step()
