import torch
import torch.nn as nn


class FusionModel(nn.Module):
    """image features and tabular features together"""

    def __init__(self, n_img=64, n_tab=10, n_out=3):
        super().__init__()
        self.img = nn.Linear(n_img, 32)
        self.tab = nn.Linear(n_tab, 16)
        self.head = nn.Sequential(nn.Linear(48, 32), nn.ReLU(), nn.Linear(32, n_out))

    def forward(self, img, tab):
        h = torch.cat((torch.relu(self.img(img)), torch.relu(self.tab(tab))), 1)
        return self.head(h)


def batches(n, bs):
    for _ in range(n):
        yield (torch.randn(bs, 64), torch.randn(bs, 10)), torch.randint(3, (bs,))


model = FusionModel()
crit = nn.CrossEntropyLoss()
opt = torch.optim.Adagrad(model.parameters())

seen = correct = 0
for inputs, target in batches(5, 12):
    output = model(inputs)
    loss = crit(output, target)
    opt.zero_grad()
    loss.backward()
    opt.step()
    seen += len(target)
    correct += int((output.argmax(1) == target).sum())
print(correct / seen)
