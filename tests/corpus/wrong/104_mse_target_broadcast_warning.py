import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader, random_split

torch.manual_seed(6)
x = torch.rand(100, 4)
y = x[:, 0] * 3 - x[:, 1] + 0.5

train, val = random_split(TensorDataset(x, y), [80, 20])
train_dl = DataLoader(train, batch_size=16, shuffle=True)
val_dl = DataLoader(val, batch_size=20)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 12)
        self.fc2 = nn.Linear(12, 1)

    def forward(self, inp):
        return self.fc2(torch.relu(self.fc1(inp)))


net = Net()
criterion = nn.MSELoss()
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for epoch in range(3):
    for xb, yb in train_dl:
        opt.zero_grad()
        loss = criterion(net(xb), yb)
        loss.backward()
        opt.step()
    with torch.no_grad():
        for xb, yb in val_dl:
            print(epoch, ((net(xb).view(-1) - yb.view(-1)) ** 2).mean().item())
