import torch
import torch.nn as nn
import torch.nn.functional as F


class STN(nn.Module):
    def __init__(self):
        super(STN, self).__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.conv2 = nn.Conv2d(10, 20, kernel_size=5)
        self.conv2_drop = nn.Dropout2d()
        self.fc1 = nn.Linear(320, 50)
        self.fc2 = nn.Linear(50, 10)

        # Spatial transformer localization-network
        self.localization = nn.Sequential(
            nn.Conv2d(1, 8, kernel_size=7),
            nn.MaxPool2d(2, stride=2),
            nn.ReLU(True),
            nn.Conv2d(8, 10, kernel_size=5),
            nn.MaxPool2d(2, stride=2),
            nn.ReLU(True)
        )

        # Regressor for the 3 * 2 affine matrix
        self.fc_loc = nn.Sequential(
            nn.Linear(10 * 3 * 3, 32),
            nn.ReLU(True),
            nn.Linear(32, 3 * 2)
        )
        self.fc_loc[2].weight.data.zero_()
        self.fc_loc[2].bias.data.copy_(torch.tensor([1, 0, 0, 0, 1, 0], dtype=torch.float))

    def stn(self, x):
        xs = self.localization(x)
        xs = xs.view(-1, 10 * 3 * 3)
        theta = self.fc_loc(xs)
        theta = theta.view(-1, 2, 3)
        grid = F.affine_grid(theta, x.size(), align_corners=False)
        x = F.grid_sample(x, grid, align_corners=False)
        return x

    def forward(self, x):
        x = self.stn(x)
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2_drop(self.conv2(x)), 2))
        x = x.view(-1, 320)
        x = F.relu(self.fc1(x))
        x = F.dropout(x, training=self.training)
        x = self.fc2(x)
        return F.log_softmax(x, dim=1)


def warp(img, flow):
    """sample img at x + flow; flow in pixels"""
    B, C, H, W = img.size()
    yy, xx = torch.meshgrid(torch.arange(H), torch.arange(W), indexing="ij")
    grid = torch.stack((xx, yy), dim=0).float().unsqueeze(0).repeat(B, 1, 1, 1)
    vgrid = grid + flow
    vgrid[:, 0] = 2.0 * vgrid[:, 0] / max(W - 1, 1) - 1.0
    vgrid[:, 1] = 2.0 * vgrid[:, 1] / max(H - 1, 1) - 1.0
    output = F.grid_sample(img, vgrid.permute(0, 2, 3, 1), align_corners=True)
    mask = F.grid_sample(torch.ones_like(img), vgrid.permute(0, 2, 3, 1), align_corners=True)
    mask = (mask > 0.999).type_as(img)
    return output * mask, mask


def rotation(deg):
    a = torch.deg2rad(torch.as_tensor(deg, dtype=torch.float32))
    c, s, z = a.cos(), a.sin(), torch.zeros_like(a)
    return torch.stack([torch.stack([c, -s, z], -1), torch.stack([s, c, z], -1)], dim=-2)


model = STN()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for epoch in range(2):
    data, target = torch.randn(6, 1, 28, 28), torch.randint(0, 10, (6,))
    optimizer.zero_grad()
    loss = F.nll_loss(model(data), target)
    loss.backward()
    optimizer.step()
    print(epoch, loss.item())

theta = rotation([0.0, 30.0, 90.0])
imgs = torch.rand(3, 2, 10, 14)
turned = F.grid_sample(imgs, F.affine_grid(theta, list(imgs.shape), align_corners=True), padding_mode="border", align_corners=True)
flow = torch.zeros(3, 2, 10, 14, requires_grad=True)
moved, valid = warp(imgs, flow)
(moved - turned).abs().mean().backward()
print(theta.shape, turned.shape, moved.shape, valid.mean().item(), flow.grad.shape)
