import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)


class Teacher(nn.Module):
    def __init__(self):
        super().__init__()
        self.f = nn.Sequential(nn.Conv2d(1, 16, 3, 2), nn.ReLU(), nn.Conv2d(16, 32, 3, 2), nn.ReLU())
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        h = self.f(x)
        return self.fc(h.mean((2, 3))), h


class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.f = nn.Sequential(nn.Conv2d(1, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 16, 3, 2), nn.ReLU())
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        h = self.f(x)
        return self.fc(h.mean((2, 3))), h


class Distiller:
    def __init__(self, teacher, student, T=4.0, alpha=0.7):
        self.teacher, self.student = teacher.eval(), student
        self.adapt = nn.Conv2d(8, 32, 1)
        self.T, self.alpha = T, alpha

    def parameters(self):
        return list(self.student.parameters()) + list(self.adapt.parameters())

    def loss(self, x, y):
        with torch.no_grad():
            t_logits, t_feat = self.teacher(x)
        s_logits, s_feat = self.student(x)
        hint = F.mse_loss(self.adapt(s_feat), t_feat)
        soft = F.kl_div(F.log_softmax(s_logits / self.T, 1), F.softmax(t_logits / self.T, 2), reduction="batchmean")
        hard = F.cross_entropy(s_logits, y)
        return self.alpha * self.T ** 2 * soft + (1 - self.alpha) * hard + 0.1 * hint


x = torch.rand(48, 1, 20, 20)
y = torch.randint(0, 10, (48,)).float()
d = Distiller(Teacher(), Student())
opt = torch.optim.Adam(d.parameters(), lr=1e-3)
for epoch in range(2):
    for xb, yb in DataLoader(TensorDataset(x, y), batch_size=12):
        loss = d.loss(xb, yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
