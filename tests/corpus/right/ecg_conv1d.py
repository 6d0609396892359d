import numpy as np
import torch
import torch.nn as nn
import torch.utils.data as data


class ECG(data.Dataset):
    """synthetic heart beats, numpy float64 on purpose as in most loaders"""

    def __init__(self, n=60, length=180, leads=2):
        t = np.linspace(0, 3, length)
        self.x, self.y = [], []
        for k in range(n):
            label = k % 4
            beat = np.sin(2 * np.pi * (label + 1) * t) + 0.1 * np.random.randn(leads, length)
            self.x.append(beat)
            self.y.append(label)
        self.x = np.array(self.x)
        self.y = np.array(self.y)

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, i):
        sig = self.x[i]
        sig = (sig - sig.mean(axis=1, keepdims=True)) / sig.std(axis=1, keepdims=True)
        return torch.tensor(sig).float(), torch.tensor(self.y[i]).long()


class ResBlock(nn.Module):
    def __init__(self, c_in, c_out, k=7, stride=1):
        super().__init__()
        self.conv1 = nn.Conv1d(c_in, c_out, k, stride, k // 2, bias=False)
        self.bn1 = nn.BatchNorm1d(c_out)
        self.conv2 = nn.Conv1d(c_out, c_out, k, 1, k // 2, bias=False)
        self.bn2 = nn.BatchNorm1d(c_out)
        self.short = nn.Sequential() if c_in == c_out and stride == 1 else nn.Conv1d(c_in, c_out, 1, stride)

    def forward(self, x):
        out = torch.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return torch.relu(out + self.short(x))


class ECGNet(nn.Module):
    def __init__(self, leads=2, n_class=4):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv1d(leads, 8, 15, 2, 7), nn.ReLU(), nn.MaxPool1d(3, 2, 1))
        self.body = nn.Sequential(ResBlock(8, 8), ResBlock(8, 16, stride=2), ResBlock(16, 32, stride=2))
        self.lstm = nn.LSTM(32, 12, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(24 + 64, n_class)

    def forward(self, x):
        x = self.body(self.stem(x))
        avg = x.mean(dim=2)
        mx, _ = x.max(dim=2)
        seq, (h, c) = self.lstm(x.permute(0, 2, 1))
        h = h.transpose(0, 1).reshape(x.size(0), -1)
        return self.fc(torch.cat([avg, mx, h], dim=1))


np.random.seed(0)
ds = ECG()
lengths = [40, 12, 8]
train, val, test = data.random_split(ds, lengths)
loaders = {
    "train": data.DataLoader(train, batch_size=16, shuffle=True),
    "val": data.DataLoader(val, batch_size=16),
}
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
model = ECGNet().to(device)
weights = torch.tensor([1.0, 2.0, 0.5, 1.0]).to(device)
criterion = nn.CrossEntropyLoss(weight=weights)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
best_acc = 0.0
for epoch in range(2):
    for phase in ['train', 'val']:
        if phase == 'train':
            model.train()
        else:
            model.eval()
        running_loss = 0.0
        running_corrects = 0
        for inputs, labels in loaders[phase]:
            inputs = inputs.to(device)
            labels = labels.to(device)
            optimizer.zero_grad()
            with torch.set_grad_enabled(phase == 'train'):
                outputs = model(inputs)
                _, preds = torch.max(outputs, 1)
                loss = criterion(outputs, labels)
                if phase == 'train':
                    loss.backward()
                    optimizer.step()
            running_loss += loss.item() * inputs.size(0)
            running_corrects += torch.sum(preds == labels.data)
        n = len(loaders[phase].dataset)
        epoch_loss = running_loss / n
        epoch_acc = running_corrects.double() / n
        print('{} Loss: {:.4f} Acc: {:.4f}'.format(phase, epoch_loss, epoch_acc))
        if phase == 'val' and epoch_acc > best_acc:
            best_acc = epoch_acc
print("best", float(best_acc), len(test))
