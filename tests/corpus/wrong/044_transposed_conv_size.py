import torch
import torch.nn as nn


class Encoder(nn.Module):
    def __init__(self, code=12):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, stride=2, padding=1)
        self.fc = nn.Linear(16 * 7 * 7, code)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        x = torch.relu(self.conv2(x))
        return self.fc(x.flatten(1))


class Decoder(nn.Module):
    def __init__(self, code=12):
        super().__init__()
        self.fc = nn.Linear(code, 16 * 7 * 7)
        self.deconv1 = nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1)
        self.deconv2 = nn.ConvTranspose2d(8, 1, 3, stride=2, padding=1)

    def forward(self, code):
        x = torch.relu(self.fc(code)).view(-1, 16, 7, 7)
        x = torch.relu(self.deconv1(x))
        return torch.sigmoid(self.deconv2(x))


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()

    def forward(self, x):
        return self.decoder(self.encoder(x))


model = AutoEncoder()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-5)
criterion = nn.MSELoss()
digits = torch.rand(50, 1, 28, 28)

for epoch in range(2):
    for batch in digits.split(25):
        recon = model(batch)
        loss = criterion(recon, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("epoch [{}], loss:{:.4f}".format(epoch + 1, loss.item()))
