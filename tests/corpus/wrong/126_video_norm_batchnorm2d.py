import torch
import torch.nn as nn


class SkeletonBlock(nn.Module):
    """joints are nodes of a graph, frames are time"""

    def __init__(self, cin, cout, A, stride=1):
        super().__init__()
        self.register_buffer("A", A)
        self.gcn = nn.Conv2d(cin, cout * A.size(0), 1)
        self.tcn = nn.Sequential(
            nn.BatchNorm2d(cout), nn.ReLU(),
            nn.Conv2d(cout, cout, (9, 1), (stride, 1), (4, 0)),
            nn.BatchNorm2d(cout),
        )

    def forward(self, x):
        n, c, t, v = x.shape
        k = self.A.size(0)
        h = self.gcn(x).view(n, k, -1, t, v)
        h = torch.einsum("nkctv,kvw->nctw", h, self.A)
        return torch.relu(self.tcn(h))


class STGCN(nn.Module):
    def __init__(self, joints=18, channels=3, classes=6):
        super().__init__()
        A = torch.stack([torch.eye(joints), torch.ones(joints, joints) / joints])
        self.data_bn = nn.BatchNorm1d(channels * joints)
        self.blocks = nn.Sequential(SkeletonBlock(channels, 8, A), SkeletonBlock(8, 16, A, 2))
        self.fc = nn.Linear(16, classes)

    def forward(self, x):
        n, c, t, v, m = x.shape
        x = x.permute(0, 4, 3, 1, 2).contiguous().view(n * m, c, v * t)
        x = self.data_bn(x)
        x = x.view(n * m, v, c, t).permute(0, 2, 3, 1).contiguous()
        x = self.blocks(x).mean(dim=(2, 3)).view(n, m, -1).mean(1)
        return self.fc(x)


net = STGCN()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for i in range(2):
    clip = torch.randn(4, 3, 20, 18, 2)
    loss = nn.functional.cross_entropy(net(clip), torch.randint(0, 6, (4,)))
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(loss.item())
