import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader


class ShapesDataset(Dataset):
    """random rectangles, background 0"""

    def __init__(self, n=30, size=32, classes=4):
        self.n, self.size, self.classes = n, size, classes

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        g = torch.Generator().manual_seed(i)
        img = torch.rand(3, self.size, self.size, generator=g)
        mask = torch.zeros(1, self.size, self.size, dtype=torch.long)
        c = i % self.classes
        mask[..., 4:12, 4:20] = c
        return {"image": img, "mask": mask}


net = nn.Sequential(nn.Conv2d(3, 24, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(24, 4, 1))
dl = DataLoader(ShapesDataset(), batch_size=6, shuffle=True, drop_last=True)
ce = nn.CrossEntropyLoss(weight=torch.tensor([0.2, 1.0, 1.0, 1.0]))
opt = torch.optim.RMSprop(net.parameters(), lr=1e-4, weight_decay=1e-8, momentum=0.9)

for epoch in range(2):
    epoch_loss = 0
    for batch in dl:
        imgs, true_masks = batch["image"], batch["mask"]
        masks_pred = net(imgs)
        loss = ce(masks_pred, true_masks)
        epoch_loss += loss.item()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_value_(net.parameters(), 0.1)
        opt.step()
    print(epoch, epoch_loss)
