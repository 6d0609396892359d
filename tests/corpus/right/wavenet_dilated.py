import torch
import torch.nn as nn
import torch.nn.functional as F


def mu_law_encode(audio, channels=256):
    mu = torch.tensor(channels - 1, dtype=torch.float32)
    audio = audio.clamp(-1, 1)
    magnitude = torch.log1p(mu * audio.abs()) / torch.log1p(mu)
    signal = audio.sign() * magnitude
    return ((signal + 1) / 2 * mu + 0.5).to(torch.int64)


def mu_law_decode(output, channels=256):
    mu = channels - 1.0
    signal = 2 * (output.float() / mu) - 1
    return torch.sign(signal) * (1 / mu) * ((1 + mu) ** torch.abs(signal) - 1)


class CausalConv1d(nn.Conv1d):
    def __init__(self, in_channels, out_channels, kernel_size, dilation=1, **kw):
        self.__padding = (kernel_size - 1) * dilation
        super().__init__(in_channels, out_channels, kernel_size, padding=self.__padding, dilation=dilation, **kw)

    def forward(self, x):
        result = super().forward(x)
        if self.__padding != 0:
            return result[:, :, : -self.__padding]
        return result


class ResidualLayer(nn.Module):
    def __init__(self, res, skip, dilation, cond=0):
        super().__init__()
        self.dilated = CausalConv1d(res, 2 * res, 2, dilation=dilation)
        self.cond = nn.Conv1d(cond, 2 * res, 1, bias=False) if cond else None
        self.res = nn.Conv1d(res, res, 1)
        self.skip = nn.Conv1d(res, skip, 1)

    def forward(self, x, c=None):
        h = self.dilated(x)
        if self.cond is not None and c is not None:
            h = h + self.cond(c)
        a, b = h.chunk(2, dim=1)
        h = torch.tanh(a) * torch.sigmoid(b)
        return x + self.res(h), self.skip(h)


class WaveNet(nn.Module):
    def __init__(self, quant=64, res=12, skip=16, layers=4, blocks=2, cond=3):
        super().__init__()
        self.quant = quant
        self.start = CausalConv1d(quant, res, 2)
        self.stack = nn.ModuleList([ResidualLayer(res, skip, 2 ** i, cond) for _ in range(blocks) for i in range(layers)])
        self.end = nn.Sequential(nn.ReLU(), nn.Conv1d(skip, skip, 1), nn.ReLU(), nn.Conv1d(skip, quant, 1))
        self.receptive_field = 2 + blocks * sum(2 ** i for i in range(layers))

    def forward(self, codes, cond=None):
        x = F.one_hot(codes, self.quant).float().transpose(1, 2)
        x = self.start(x)
        if cond is not None:
            cond = F.interpolate(cond, size=x.size(-1), mode="linear", align_corners=False)
        total = 0
        for layer in self.stack:
            x, s = layer(x, cond)
            total = total + s
        return self.end(total)

    @torch.inference_mode()
    def generate(self, seed, n):
        out = seed
        for _ in range(n):
            logits = self(out[:, -self.receptive_field:])[:, :, -1]
            nxt = torch.distributions.Categorical(logits=logits).sample()
            out = torch.cat([out, nxt[:, None]], dim=1)
        return out[:, seed.size(1):]


torch.manual_seed(0)
t = torch.linspace(0, 1, 300)
audio = torch.stack([torch.sin(2 * torch.pi * f * t) for f in (5.0, 9.0, 20.0)]) * 0.8
codes = mu_law_encode(audio, 64)
print(codes.min().item(), codes.max().item(), (mu_law_decode(codes, 64) - audio).abs().max().item())
net = WaveNet()
opt = torch.optim.Adam(net.parameters(), lr=2e-3)
mel = torch.randn(3, 3, 10)
for it in range(3):
    start = torch.randint(0, codes.size(1) - 101, ()).item()
    window = codes[:, start:start + 101]
    cond = mel if it % 2 else None
    logits = net(window[:, :-1], cond)
    loss = F.cross_entropy(logits, window[:, 1:])
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(it, logits.shape, loss.item())
print(net.receptive_field, net.generate(codes[:2, :5], 8).tolist())
