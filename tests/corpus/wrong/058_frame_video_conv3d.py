import torch
import torch.nn as nn
import torch.nn.functional as F


class C3D(nn.Module):
    def __init__(self, n_classes, width=8):
        super().__init__()
        self.conv1 = nn.Conv3d(3, width, (3, 3, 3), padding=1)
        self.pool1 = nn.MaxPool3d((1, 2, 2))
        self.conv2 = nn.Conv3d(width, 2 * width, (3, 3, 3), padding=1)
        self.pool2 = nn.MaxPool3d(2)
        self.drop = nn.Dropout3d(0.2)
        self.fc = nn.Linear(2 * width, n_classes)

    def features(self, clip):
        h = self.pool1(F.relu(self.conv1(clip)))
        h = self.pool2(F.relu(self.conv2(h)))
        return self.drop(h)

    def forward(self, clip):
        return self.fc(self.features(clip).mean(dim=(2, 3, 4)))


def clips(n, frames=8, size=20):
    for i in range(n):
        video = torch.rand(2, frames, 3, size, size)
        yield video, torch.tensor([i % 4, (i + 1) % 4])


def main(epochs=1):
    net = C3D(4)
    opt = torch.optim.SGD(net.parameters(), lr=0.01, nesterov=True, momentum=0.9)
    sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=10)
    for epoch in range(epochs):
        for video, label in clips(3):
            loss = F.cross_entropy(net(video), label)
            opt.zero_grad()
            loss.backward()
            opt.step()
            sched.step()
        print(epoch, loss.item(), sched.get_last_lr())


if __name__ == "__main__":
    main()
