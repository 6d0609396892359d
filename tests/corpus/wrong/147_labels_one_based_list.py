import torch
import torch.nn as nn
from torch.utils.data import TensorDataset, DataLoader

# seeds data: varieties are numbered 1, 2, 3
rows = torch.rand(21, 7)
variety = [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3]
targets = torch.tensor(variety)

train_loader = DataLoader(TensorDataset(rows, targets), batch_size=7)


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.fc1 = nn.Linear(7, 16)
        self.fc2 = nn.Linear(16, 3)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        return nn.functional.log_softmax(self.fc2(x), dim=1)


model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(2):
    for x, t in train_loader:
        out = model(x)
        loss = nn.functional.nll_loss(out, t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
