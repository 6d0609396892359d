import copy
import io
from collections import OrderedDict
import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, stride=2, padding=1)
        self.bn = nn.BatchNorm2d(width)
        self.out_channels = width

    def forward(self, x):
        return torch.relu(self.bn(self.stem(x)))


class Classifier(nn.Module):
    def __init__(self, n_classes, width=16):
        super().__init__()
        self.backbone = Backbone(width)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(width, n_classes)

    def forward(self, x):
        return self.head(self.pool(self.backbone(x)).flatten(1))


def save(model, optimizer, epoch):
    buf = io.BytesIO()
    torch.save({"epoch": epoch, "model": model.state_dict(), "optim": optimizer.state_dict(), "rng": torch.get_rng_state()}, buf)
    buf.seek(0)
    return buf


def load(buf, model, optimizer=None):
    ckpt = torch.load(buf, map_location=lambda storage, loc: storage)
    model.load_state_dict(ckpt["model"])
    if optimizer is not None:
        optimizer.load_state_dict(ckpt["optim"])
    torch.set_rng_state(ckpt["rng"])
    return ckpt["epoch"]


def transfer(source, target):
    """copy what fits, leave the rest"""
    own = target.state_dict()
    fits = {k: v for k, v in source.items() if k in own and own[k].shape == v.shape}
    missing, unexpected = target.load_state_dict(fits, strict=False)
    return sorted(set(source) - set(fits)), missing, unexpected


model = Classifier(10)
opt = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(2):
    x, t = torch.randn(4, 3, 32, 32), torch.randint(10, (4,))
    loss = nn.functional.cross_entropy(model(x), t)
    opt.zero_grad()
    loss.backward()
    opt.step()
buffer = save(model, opt, epoch)
print("size:", buffer.getbuffer().nbytes > 1000)

twin = Classifier(10)
twin_opt = torch.optim.SGD(twin.parameters(), lr=0.01, momentum=0.9)
start = load(buffer, twin, twin_opt)
model.eval(), twin.eval()
probe = torch.randn(2, 3, 48, 48)
print("same:", torch.equal(model(probe), twin(probe)), "epoch", start + 1, "lr", twin_opt.param_groups[0]["lr"])

other = Classifier(4)
skipped, missing, unexpected = transfer(model.state_dict(), other)
print(skipped, missing, unexpected)
print(other(probe).shape)

# a checkpoint that came out of DataParallel
wrapped = OrderedDict(("module." + k, v) for k, v in model.state_dict().items())
clean = OrderedDict((k.replace("module.", "", 1) if k.startswith("module.") else k, v) for k, v in wrapped.items())
print(twin.load_state_dict(clean))

frozen = copy.deepcopy(model.backbone)
for p in frozen.parameters():
    p.requires_grad = False
probe_head = nn.Linear(frozen.out_channels, 3)
features = frozen(probe).mean(dim=(2, 3))
print(probe_head(features).shape, sum(p.requires_grad for p in frozen.parameters()))

try:
    Classifier(10, width=8).load_state_dict(model.state_dict())
except RuntimeError as err:
    fallback = Classifier(10, width=16)
    fallback.load_state_dict(model.state_dict())
    print("built a wider one instead:", str(err).splitlines()[0][:50], fallback(probe).shape)
