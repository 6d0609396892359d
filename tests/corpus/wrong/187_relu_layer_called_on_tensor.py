import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, input_size, hidden, classes):
        super().__init__()
        self.l1 = nn.Linear(input_size, hidden)
        self.l2 = nn.Linear(hidden, classes)

    def forward(self, x):
        x = self.l1(x)
        x = nn.ReLU(x)
        return self.l2(x)


model = Net(10, 20, 2)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
X, y = torch.randn(30, 10), torch.randint(0, 2, (30,))
for epoch in range(2):
    loss = nn.functional.cross_entropy(model(X), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
