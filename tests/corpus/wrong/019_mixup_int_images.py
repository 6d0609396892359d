import torch
import torch.nn as nn


class SmallResNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.b1 = nn.Conv2d(16, 16, 3, padding=1)
        self.b2 = nn.Conv2d(16, 16, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16, num_classes)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = torch.relu(x + self.b2(torch.relu(self.b1(x))))
        return self.fc(self.pool(x).flatten(1))


def load_batch(n):
    """uint8 pictures as they come out of an image decoder"""
    imgs = torch.randint(0, 256, (n, 3, 32, 32), dtype=torch.uint8)
    targets = torch.randint(0, 10, (n,))
    return imgs, targets


def preprocess(imgs):
    return imgs


def main():
    model = SmallResNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    for step in range(3):
        imgs, targets = load_batch(8)
        out = model(preprocess(imgs))
        loss = criterion(out, targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        print(step, loss.item())


if __name__ == "__main__":
    main()
