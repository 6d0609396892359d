import torch
import torch.nn as nn
from torch.utils.data import Dataset, DataLoader


class Faces(Dataset):
    def __init__(self, n=24):
        self.images = torch.randint(0, 255, (n, 3, 24, 24), dtype=torch.uint8)
        self.age = torch.linspace(1, 90, n)
        self.gender = torch.arange(n) % 2

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i], self.age[i], self.gender[i]


class FaceNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.age = nn.Linear(16 * 4 * 4, 1)
        self.gender = nn.Linear(16 * 5 * 5, 1)

    def forward(self, x):
        h = self.trunk(x)
        return self.age(h).squeeze(1), self.gender(h)


def loss_fn(age_pred, gender_logit, age, gender):
    age_loss = nn.functional.smooth_l1_loss(age_pred, age)
    gender_loss = nn.functional.binary_cross_entropy_with_logits(gender_logit, gender.float())
    return age_loss + gender_loss


net = FaceNet()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(2):
    for img, age, gender in DataLoader(Faces(), batch_size=8):
        a, g = net(img)
        loss = loss_fn(a, g, age, gender)
        opt.zero_grad()
        loss.backward()
        opt.step()

with torch.no_grad():
    a, g = net(torch.rand(5, 3, 24, 24))
    table = torch.stack([a, g, torch.zeros(5)], dim=1)
    print(table)
