import torch
from torch import nn


class LazyCNN(nn.Module):
    def __init__(self, n_out):
        super().__init__()
        self.conv1 = nn.LazyConv2d(8, 3, padding=1)
        self.bn = nn.LazyBatchNorm2d()
        self.conv2 = nn.LazyConv2d(16, 3, stride=2)
        self.fc1 = nn.LazyLinear(32)
        self.fc2 = nn.Linear(32, n_out)

    def forward(self, x):
        x = torch.relu(self.bn(self.conv1(x)))
        x = torch.relu(self.conv2(x))
        x = x.flatten(1)
        return self.fc2(torch.relu(self.fc1(x)))


def init_and_count(model, sample):
    before = [n for n, p in model.named_parameters() if isinstance(p, nn.parameter.UninitializedParameter)]
    with torch.no_grad():
        model(sample)
    total = sum(p.numel() for p in model.parameters())
    print(len(before), "lazy parameters became real;", total, "numbers in all")
    return model


net = init_and_count(LazyCNN(7), torch.zeros(2, 5, 20, 20))
print(net.conv1, net.fc1)
optimizer = torch.optim.Adam(net.parameters())
for _ in range(2):
    x, y = torch.randn(6, 5, 20, 20), torch.randint(7, (6,))
    loss = nn.CrossEntropyLoss()(net(x), y)
    optimizer.zero_grad(); loss.backward(); optimizer.step()
print(loss.item())

mlp = nn.Sequential(nn.LazyLinear(16), nn.ReLU(), nn.LazyLinear(4))
mlp(torch.rand(2, 11))
clone = nn.Sequential(nn.LazyLinear(16), nn.ReLU(), nn.LazyLinear(4))
clone.load_state_dict(mlp.state_dict())
print(clone[0].in_features, clone(torch.rand(1, 11)).shape)
