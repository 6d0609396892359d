import math
import torch
import torch.nn as nn
import torch.nn.functional as F


class SpectralConv1d(nn.Module):
    """multiply the lowest Fourier modes by learned complex weights"""

    def __init__(self, in_channels, out_channels, modes1):
        super(SpectralConv1d, self).__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.modes1 = modes1
        self.scale = 1 / (in_channels * out_channels)
        self.weights1 = nn.Parameter(self.scale * torch.rand(in_channels, out_channels, self.modes1, dtype=torch.cfloat))

    def compl_mul1d(self, input, weights):
        return torch.einsum("bix,iox->box", input, weights)

    def forward(self, x):
        batchsize = x.shape[0]
        x_ft = torch.fft.rfft(x)
        out_ft = torch.zeros(batchsize, self.out_channels, x.size(-1) // 2 + 1, device=x.device, dtype=torch.cfloat)
        out_ft[:, :, :self.modes1] = self.compl_mul1d(x_ft[:, :, :self.modes1], self.weights1)
        return torch.fft.irfft(out_ft, n=x.size(-1))


class FNO1d(nn.Module):
    def __init__(self, modes, width):
        super().__init__()
        self.fc0 = nn.Linear(2, width)
        self.convs = nn.ModuleList(SpectralConv1d(width, width, modes) for _ in range(3))
        self.ws = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in range(3))
        self.fc1 = nn.Linear(width, 32)
        self.fc2 = nn.Linear(32, 1)

    def forward(self, x):
        grid = self.get_grid(x.shape, x.device)
        x = torch.cat((x, grid), dim=-1)
        x = self.fc0(x)
        x = x.permute(0, 2, 1)
        for i, (conv, w) in enumerate(zip(self.convs, self.ws)):
            x = conv(x) + w(x)
            if i < 2:
                x = F.gelu(x)
        x = x.permute(0, 2, 1)
        return self.fc2(F.gelu(self.fc1(x)))

    def get_grid(self, shape, device):
        batchsize, size_x = shape[0], shape[1]
        gridx = torch.linspace(0, 1, size_x)
        gridx = gridx.reshape(1, size_x, 1).repeat([batchsize, 1, 1])
        return gridx.to(device)


class FNetBlock(nn.Module):
    def forward(self, x):
        return torch.fft.fft(torch.fft.fft(x, dim=-1), dim=-2).real


class ComplexLinear(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.re = nn.Linear(n_in, n_out, bias=False)
        self.im = nn.Linear(n_in, n_out, bias=False)

    def forward(self, z):
        return torch.complex(self.re(z.real) - self.im(z.imag), self.re(z.imag) + self.im(z.real))


class GlobalFilter(nn.Module):
    def __init__(self, dim, h, w):
        super().__init__()
        self.complex_weight = nn.Parameter(torch.randn(h, w // 2 + 1, dim, 2) * 0.02)

    def forward(self, x):
        B, H, W, C = x.shape
        x = torch.fft.rfft2(x, dim=(1, 2), norm='ortho')
        weight = torch.view_as_complex(self.complex_weight)
        x = x * weight
        return torch.fft.irfft2(x, s=(H, W), dim=(1, 2), norm='ortho')


model = FNO1d(6, 10)
u0 = torch.randn(4, 64, 1)
pred = model(u0)
fine = model(torch.randn(2, 128, 1))
loss = (pred.reshape(4, -1) - u0.reshape(4, -1)).norm(2, 1).mean()
loss.backward()
print(pred.shape, fine.shape, model.convs[0].weights1.grad.dtype)
print(FNetBlock()(torch.randn(2, 7, 12)).dtype, GlobalFilter(5, 8, 9)(torch.randn(3, 8, 9, 5)).shape)

t = torch.arange(0, 1, 1 / 800)
tone = torch.sin(2 * math.pi * 50 * t) + 0.5 * torch.sin(2 * math.pi * 120 * t)
spec = torch.stft(tone, n_fft=128, hop_length=32, window=torch.hann_window(128), return_complex=True)
power = spec.abs() ** 2
back = torch.istft(spec, n_fft=128, hop_length=32, window=torch.hann_window(128), length=tone.numel())
freqs = torch.fft.rfftfreq(128, d=1 / 800)
peak = freqs[power.mean(-1).argmax()]
phase = spec.angle()
print(spec.shape, spec.dtype, phase.dtype, "peak near", peak.item(), "restored", torch.allclose(back, tone, atol=1e-4))

z = ComplexLinear(5, 3)(torch.randn(4, 5, dtype=torch.complex64))
polar = torch.polar(z.abs(), z.angle())
print(z.shape, polar.dtype, torch.view_as_real(z).shape, (z * z.conj()).real.min().item() >= 0)

shifted = torch.fft.fftshift(torch.fft.fft2(torch.rand(16, 20)))
low = torch.zeros_like(shifted)
low[6:10, 8:12] = shifted[6:10, 8:12]
print(torch.fft.ifft2(torch.fft.ifftshift(low)).real.std() < 1)
