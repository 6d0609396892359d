"""Mixed precision on a laptop: bfloat16 autocast, a scaler that is switched off, accumulation."""
import contextlib
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

use_cuda = torch.cuda.is_available()
device_type = "cuda" if use_cuda else "cpu"
amp_dtype = torch.float16 if use_cuda else torch.bfloat16


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 12, 3, stride=2)
        self.norm = nn.GroupNorm(3, 12)
        self.fc = nn.Linear(12 * 7 * 7, 6)

    def forward(self, x):
        h = torch.relu(self.norm(self.conv(x)))
        return self.fc(h.flatten(start_dim=1))


def run(amp, grad_accum=3):
    torch.manual_seed(0)
    net = Net().to(device_type)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler(device_type, enabled=amp and use_cuda)
    ctx = torch.autocast(device_type=device_type, dtype=amp_dtype) if amp else contextlib.nullcontext()
    images = torch.randn(50, 3, 16, 16)
    labels = torch.randint(0, 6, (50,))
    loader = DataLoader(TensorDataset(images, labels), batch_size=8, drop_last=True)
    start = time.perf_counter()
    total = 0.0
    for i, (x, y) in enumerate(loader):
        x, y = x.to(device_type, non_blocking=True), y.to(device_type, non_blocking=True)
        with ctx:
            out = net(x)
            loss = nn.functional.cross_entropy(out, y)
        assert out.dtype is (amp_dtype if amp else torch.float32)
        scaler.scale(loss / grad_accum).backward()
        if (i + 1) % grad_accum == 0:
            scaler.unscale_(opt)
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            scaler.step(opt)
            scaler.update()
            opt.zero_grad(set_to_none=True)
        total += loss.detach().float().item()
    took = time.perf_counter() - start
    return total / len(loader), took


for flag in (False, True):
    mean_loss, seconds = run(flag)
    print(f"amp={flag} loss={mean_loss:.4f} {'%.2f' % seconds}s")

model = Net().to(torch.bfloat16)
half = model(torch.randn(2, 3, 16, 16, dtype=torch.bfloat16))
restored = model.float()(torch.randn(2, 3, 16, 16))
print(half.dtype, restored.dtype, (half.float() + restored).shape)
