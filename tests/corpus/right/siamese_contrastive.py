import random
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset, DataLoader


class PairSet(Dataset):
    """random pairs of 'signatures'; label 1 when the writers differ"""
    def __init__(self, n_writers=4, per_writer=5):
        rng = np.random.default_rng(7)
        base = rng.random((n_writers, 32, 40)).astype('float32')
        self.imgs = []
        for w in range(n_writers):
            for _ in range(per_writer):
                noisy = base[w] + 0.1 * rng.standard_normal((32, 40)).astype(np.float32)
                self.imgs.append((noisy, w))

    def __getitem__(self, index):
        img0, w0 = random.choice(self.imgs)
        should_get_same_class = random.randint(0, 1)
        while True:
            img1, w1 = random.choice(self.imgs)
            if should_get_same_class and w0 == w1:
                break
            if not should_get_same_class and w0 != w1:
                break
        img0 = torch.from_numpy(img0)[None]
        img1 = torch.from_numpy(img1)[None]
        return img0, img1, torch.from_numpy(np.array([int(w0 != w1)], dtype=np.float32))

    def __len__(self):
        return len(self.imgs)


class SiameseNetwork(nn.Module):
    def __init__(self):
        super(SiameseNetwork, self).__init__()
        self.cnn1 = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(1, 4, kernel_size=3),
            nn.ReLU(inplace=True),
            nn.BatchNorm2d(4),
            nn.Dropout2d(p=.2),
            nn.ReflectionPad2d(1),
            nn.Conv2d(4, 8, kernel_size=3, stride=2),
            nn.ReLU(inplace=True),
            nn.BatchNorm2d(8),
        )
        self.fc1 = nn.Sequential(
            nn.Linear(8 * 16 * 20, 50),
            nn.ReLU(inplace=True),
            nn.Linear(50, 5))

    def forward_once(self, x):
        output = self.cnn1(x)
        output = output.view(output.size()[0], -1)
        output = self.fc1(output)
        return output

    def forward(self, input1, input2):
        output1 = self.forward_once(input1)
        output2 = self.forward_once(input2)
        return output1, output2


class ContrastiveLoss(torch.nn.Module):
    def __init__(self, margin=2.0):
        super(ContrastiveLoss, self).__init__()
        self.margin = margin

    def forward(self, output1, output2, label):
        euclidean_distance = F.pairwise_distance(output1, output2, keepdim=True)
        loss_contrastive = torch.mean((1 - label) * torch.pow(euclidean_distance, 2) +
                                      label * torch.pow(torch.clamp(self.margin - euclidean_distance, min=0.0), 2))
        return loss_contrastive


net = SiameseNetwork()
criterion = ContrastiveLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=0.0005)
train_dataloader = DataLoader(PairSet(), shuffle=True, batch_size=8)

counter = []
loss_history = []
iteration_number = 0
for epoch in range(0, 2):
    for i, data in enumerate(train_dataloader, 0):
        img0, img1, label = data
        optimizer.zero_grad()
        output1, output2 = net(img0, img1)
        loss_contrastive = criterion(output1, output2, label)
        loss_contrastive.backward()
        optimizer.step()
        if i % 2 == 0:
            print("Epoch number {}\n Current loss {}\n".format(epoch, loss_contrastive.item()))
            iteration_number += 2
            counter.append(iteration_number)
            loss_history.append(loss_contrastive.item())

net.eval()
test_dataloader = DataLoader(PairSet(3, 2), batch_size=1, shuffle=True)
dataiter = iter(test_dataloader)
x0, _, _ = next(dataiter)
for i in range(4):
    _, x1, label2 = next(dataiter)
    concatenated = torch.cat((x0, x1), 0)
    output1, output2 = net(x0, x1)
    euclidean_distance = F.pairwise_distance(output1, output2)
    print('Dissimilarity: {:.2f} different={}'.format(euclidean_distance.item(), bool(label2.item())), concatenated.size())
