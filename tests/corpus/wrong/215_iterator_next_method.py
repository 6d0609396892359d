import torch
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

prepare = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.25, 0.25, 0.25))])
cifar = datasets.CIFAR10("./data", train=True, download=True, transform=prepare)
batches = iter(DataLoader(cifar, batch_size=12, shuffle=True))
pictures, kinds = batches.next()
print(pictures.shape, kinds[:4])
mean = pictures.mean(dim=(0, 2, 3))
print("channel means", mean)
