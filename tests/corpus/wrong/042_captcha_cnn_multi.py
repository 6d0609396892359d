import torch
import torch.nn as nn
import torch.nn.functional as F

ALPHABET = "abcdefghij"
LENGTH = 4


class CaptchaNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 3 * 10, 64)
        self.heads = nn.ModuleList([nn.Linear(64, len(ALPHABET)) for _ in range(LENGTH)])

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(x)), 2)
        x = F.relu(self.fc(x.flatten(1)))
        return torch.stack([head(x) for head in self.heads], dim=1)


def loss_fn(logits, letters):
    return F.cross_entropy(logits.view(-1, len(ALPHABET)), letters)


def exact_match(logits, letters):
    right = logits.argmax(dim=2) == letters
    return right.all(dim=2).float().mean().item()


net = CaptchaNet()
opt = torch.optim.Adam(net.parameters())
pictures = torch.rand(20, 1, 24, 80)
letters = torch.randint(0, len(ALPHABET), (20, LENGTH))

for i in range(0, 20, 10):
    logits = net(pictures[i:i + 10])
    loss = loss_fn(logits, letters[i:i + 10])
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(loss.item(), exact_match(logits, letters[i:i + 10]))
