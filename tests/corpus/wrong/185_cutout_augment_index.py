import random
import torch
from torch import nn
from torch.utils.data import Dataset, DataLoader


class Patches(Dataset):
    def __init__(self, n=12):
        self.images = torch.rand(n, 3, 40, 40)
        self.centres = [(8, 8), (20, 30), (36, 12)]

    def __len__(self):
        return len(self.images) * len(self.centres)

    def __getitem__(self, i):
        image = self.images[i // 3]
        r, c = self.centres[i % 3]
        return image[:, r - 6:r + 6, c - 6:c + 6]  # 12 x 12 around the centre


net = nn.Sequential(nn.Flatten(), nn.Linear(3 * 12 * 12, 8))
for batch in DataLoader(Patches(), batch_size=6):
    print(net(batch).shape)
