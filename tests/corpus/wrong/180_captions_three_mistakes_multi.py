import json
import os

import torch
import torch.nn as nn
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import models, transforms


class Flickr(Dataset):
    def __init__(self, root):
        self.root = root
        self.files = sorted(os.listdir(os.path.join(root, "images")))
        self.tf = transforms.Compose([transforms.Resize((96, 96)), transforms.ToTensor()])

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        img = Image.open(os.path.join(self.root, "images", self.files[i])).convert("RGB")
        caption = torch.randint(0, 120, (14,))
        return self.tf(img), caption


class EncoderCNN(nn.Module):
    def __init__(self, embed_size):
        super().__init__()
        resnet = models.resnet18(weights=None)
        self.resnet = nn.Sequential(*list(resnet.children())[:-1])
        self.linear = nn.Linear(resnet.fc.in_features, embed_size)
        self.bn = nn.BatchNorm1d(embed_size, momentum=0.01)

    def forward(self, images):
        features = self.resnet(images)
        features = features.reshape(features.size(0), -1)
        return self.bn(self.linear(features))


class DecoderRNN(nn.Module):
    def __init__(self, embed_size, hidden_size, vocab_size, num_layers=1):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embed_size)
        self.lstm = nn.LSTM(embed_size, hidden_size, num_layers, batch_first=True)
        self.linear = nn.Linear(embed_size, vocab_size)

    def forward(self, features, captions):
        embeddings = self.embed(captions)
        embeddings = torch.cat((features, embeddings), 1)
        hiddens, _ = self.lstm(embeddings)
        return self.linear(hiddens)


def main():
    dl = DataLoader(Flickr("flickr8k"), batch_size=5, shuffle=True)
    enc, dec = EncoderCNN(64), DecoderRNN(64, 100, 120)
    params = list(dec.parameters()) + list(enc.linear.parameters()) + list(enc.bn.parameters())
    opt = torch.optim.Adam(params, lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    for images, captions in dl:
        outputs = dec(enc(images), captions[:, :-1])
        loss = criterion(outputs.reshape(-1, 120), captions)
        opt.zero_grad()
        loss.backward()
        opt.step()


if __name__ == "__main__":
    main()
