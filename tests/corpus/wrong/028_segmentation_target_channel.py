from tqdm import tqdm
import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader


class Blobs(Dataset):
    def __init__(self, n, size=32):
        self.n, self.size = n, size
        ys, xs = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
        self.ys, self.xs = ys, xs

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        cy, cx, r = 5 + i % 20, 8 + i % 16, 4 + i % 5
        inside = (self.ys - cy) ** 2 + (self.xs - cx) ** 2 < r * r
        image = torch.rand(3, self.size, self.size) * 0.3 + inside.float() * 0.7
        mask = inside.long().unsqueeze(0)
        return image, mask


class FCN(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 12, 3, padding=1), nn.ReLU(),
            nn.Conv2d(12, 12, 3, padding=2, dilation=2), nn.ReLU(),
            nn.Conv2d(12, classes, 1),
        )

    def forward(self, x):
        return self.layers(x)


def train_one_epoch(model, loader, loss_fn, optimizer):
    model.train()
    losses = []
    for image, mask in tqdm(loader):
        logits = model(image)
        loss = loss_fn(logits, mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


train_loader = DataLoader(Blobs(24), batch_size=6, shuffle=True)
model = FCN(classes=2)
for epoch in range(2):
    print(train_one_epoch(model, train_loader, nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters())))
