import torch
import torch.nn as nn


def double_conv(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3), nn.ReLU(), nn.Conv2d(o, o, 3), nn.ReLU())


def crop_img(tensor, target):
    target_size = target.size()[2]
    tensor_size = tensor.size()[2]
    delta = (tensor_size - target_size) // 2
    return tensor[:, :, delta:tensor_size - delta, delta:tensor_size - delta]


class UNet(nn.Module):
    def __init__(self):
        super(UNet, self).__init__()
        self.pool = nn.MaxPool2d(2, 2)
        self.d1 = double_conv(1, 16)
        self.d2 = double_conv(16, 32)
        self.d3 = double_conv(32, 64)
        self.u1 = nn.ConvTranspose2d(64, 32, 2, 2)
        self.c1 = double_conv(64, 32)
        self.u2 = nn.ConvTranspose2d(32, 16, 2, 2)
        self.c2 = double_conv(32, 16)
        self.out = nn.Conv2d(16, 2, 1)

    def forward(self, image):
        x1 = self.d1(image)
        x2 = self.d2(self.pool(x1))
        x3 = self.d3(self.pool(x2))
        x = self.u1(x3)
        y = crop_img(x2, x)
        x = self.c1(torch.cat([x, y], 1))
        x = self.u2(x)
        x = self.c2(torch.cat([x, x1], 1))
        return self.out(x)


if __name__ == "__main__":
    image = torch.rand((1, 1, 140, 140))
    model = UNet()
    print(model(image).size())
