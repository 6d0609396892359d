import numpy as np
import torch
import torch.nn as nn
from PIL import Image
from torchvision import transforms


class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.fc = nn.Linear(8 * 13 * 13, 10)

    def forward(self, x):
        x = self.conv(x)
        x = x.view(x.size(0), -1)
        return self.fc(x)


def predict(path, model):
    tf = transforms.Compose([transforms.Grayscale(), transforms.Resize((28, 28)), transforms.ToTensor()])
    image = tf(Image.open(path))
    model.eval()
    with torch.no_grad():
        scores = model(image)
    return int(np.argmax(scores.numpy()))


net = DigitNet()
print("this is a", predict("digits/my_seven.png", net))
