import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class Tiles(Dataset):
    """elevation tiles of 45 x 60 cells"""

    def __init__(self, n, rows=45, cols=60):
        self.n, self.rows, self.cols = n, rows, cols

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        g = torch.Generator().manual_seed(i)
        height = torch.rand(1, self.rows, self.cols, generator=g).cumsum(dim=2)
        slope = torch.zeros_like(height)
        slope[:, :, 1:] = height[:, :, 1:] - height[:, :, :-1]
        return height / height.max(), slope


class HourGlass(nn.Module):
    def __init__(self, w=8):
        super().__init__()
        self.d1 = nn.Conv2d(1, w, 4, stride=2, padding=1)
        self.d2 = nn.Conv2d(w, 2 * w, 4, stride=2, padding=1)
        self.u2 = nn.ConvTranspose2d(2 * w, w, 4, stride=2, padding=1)
        self.u1 = nn.ConvTranspose2d(w, w, 4, stride=2, padding=1)
        self.out = nn.Conv2d(w, 1, 1)

    def forward(self, x):
        h1 = torch.relu(self.d1(x))
        h2 = torch.relu(self.d2(h1))
        g1 = torch.relu(self.u2(h2)) + h1
        return self.out(torch.relu(self.u1(g1)))


def main():
    dl = DataLoader(Tiles(8), batch_size=4)
    net = HourGlass()
    opt = torch.optim.Adam(net.parameters(), lr=2e-3)
    for epoch in range(2):
        for x, y in dl:
            loss = (net(x) - y).abs().mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    main()
