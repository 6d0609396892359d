import torch
from torch import nn


class R2Plus1D(nn.Module):
    def __init__(self, cin, cout, stride=(1, 1, 1)):
        super().__init__()
        mid = (cin * cout * 27) // (cin * 9 + 3 * cout)
        self.spatial = nn.Conv3d(cin, mid, (1, 3, 3), stride=(1,) + stride[1:], padding=(0, 1, 1), bias=False)
        self.bn1 = nn.BatchNorm3d(mid)
        self.temporal = nn.Conv3d(mid, cout, (3, 1, 1), stride=(stride[0], 1, 1), padding=(1, 0, 0), bias=False)
        self.bn2 = nn.BatchNorm3d(cout)

    def forward(self, x):
        x = self.bn1(self.spatial(x)).relu_()
        return self.bn2(self.temporal(x)).relu_()


class VideoNet(nn.Module):
    def __init__(self, classes=6):
        super().__init__()
        self.net = nn.Sequential(
            R2Plus1D(3, 8, (1, 2, 2)),
            nn.MaxPool3d((1, 2, 2)),
            R2Plus1D(8, 16, (2, 2, 2)),
        )
        self.pool = nn.AdaptiveAvgPool3d((2, 1, 1))
        self.fc = nn.Linear(32, classes)

    def forward(self, clip):
        if clip.shape[-1] == 3:  # came as B T H W C
            clip = clip.permute(0, 4, 1, 2, 3)
        h = self.pool(self.net(clip))
        return self.fc(h.view(h.size(0), -1))


class CNNLSTM(nn.Module):
    """one CNN over all frames, then an LSTM over time"""

    def __init__(self, classes=6):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, 6, 5, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(3), nn.Flatten())
        self.lstm = nn.LSTM(input_size=54, hidden_size=20, num_layers=2)
        self.fc = nn.Linear(20, classes)

    def forward(self, x):
        b, t, c, h, w = x.shape
        y = self.cnn(x.reshape(b * t, c, h, w))
        y = y.view(b, t, -1).transpose(0, 1)
        hidden = None
        for step in range(t):
            out, hidden = self.lstm(y[step].unsqueeze(0), hidden)
        return self.fc(out[-1])


def sample_clip(video, frames):
    n = video.size(0)
    if n < frames:
        pad = video[-1:].repeat(frames - n, 1, 1, 1)
        return torch.cat([video, pad])
    start = torch.randint(0, n - frames + 1, (1,)).item()
    return video[start:start + frames]


torch.manual_seed(0)
videos = [torch.randint(0, 256, (n, 32, 32, 3), dtype=torch.uint8) for n in (8, 14, 5, 10)]
labels = torch.tensor([0, 5, 2, 2])
clips = torch.stack([sample_clip(v, 8) for v in videos]).float().div_(255)
a, b = VideoNet(), CNNLSTM()
opt = torch.optim.SGD([*a.parameters(), *b.parameters()], lr=0.01)
for i in range(2):
    la = a(clips)
    lb = b(clips.permute(0, 1, 4, 2, 3))
    loss = nn.functional.cross_entropy(la, labels) + nn.functional.cross_entropy(lb, labels)
    opt.zero_grad()
    loss.backward()
    opt.step()
    avg = torch.stack([la, lb]).softmax(-1).mean(0)
    print(clips.shape, loss.item(), avg.argmax(-1).tolist())
flow = clips[:, 1:] - clips[:, :-1]
print(flow.shape, flow.abs().mean(dim=(2, 3, 4)).shape, a(flow).shape)
