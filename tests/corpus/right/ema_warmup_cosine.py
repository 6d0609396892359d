import copy
import math

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR, SequentialLR, LinearLR, CosineAnnealingLR, OneCycleLR
from torch.optim.swa_utils import AveragedModel, SWALR, update_bn


class EMA:
    def __init__(self, model, decay=0.99, warmup=5):
        self.shadow = copy.deepcopy(model).eval()
        self.decay = decay
        self.warmup = warmup
        self.updates = 0
        for p in self.shadow.parameters():
            p.requires_grad_(False)

    @torch.no_grad()
    def update(self, model):
        self.updates += 1
        d = self.decay * (1 - math.exp(-self.updates / self.warmup))
        msd = model.state_dict()
        for k, v in self.shadow.state_dict().items():
            if v.dtype.is_floating_point:
                v *= d
                v += (1 - d) * msd[k].detach()
            else:
                v.copy_(msd[k])


def get_cosine_schedule_with_warmup(optimizer, num_warmup_steps, num_training_steps, num_cycles=0.5):
    def lr_lambda(current_step):
        if current_step < num_warmup_steps:
            return float(current_step) / float(max(1, num_warmup_steps))
        progress = float(current_step - num_warmup_steps) / float(max(1, num_training_steps - num_warmup_steps))
        return max(0.0, 0.5 * (1.0 + math.cos(math.pi * float(num_cycles) * 2.0 * progress)))
    return LambdaLR(optimizer, lr_lambda, -1)


def make_model():
    return nn.Sequential(
        nn.Conv1d(2, 8, 5, padding="same"), nn.BatchNorm1d(8), nn.ReLU(),
        nn.AdaptiveMaxPool1d(4), nn.Flatten(), nn.Linear(32, 1),
    )


def split_decay(model, wd):
    decay, plain = [], []
    for name, p in model.named_parameters():
        (plain if p.ndim <= 1 or name.endswith(".bias") else decay).append(p)
    return [{"params": decay, "weight_decay": wd}, {"params": plain, "weight_decay": 0.0}]


torch.manual_seed(0)
x = torch.randn(64, 2, 50)
y = x.mean(dim=(1, 2), keepdim=False).unsqueeze(1)
accum = 2

for kind in ("lambda", "sequential", "onecycle"):
    model = make_model()
    ema = EMA(model)
    opt = torch.optim.AdamW(split_decay(model, 0.05), lr=1e-2)
    if kind == "lambda":
        sched = get_cosine_schedule_with_warmup(opt, 2, 8)
    elif kind == "sequential":
        sched = SequentialLR(opt, [LinearLR(opt, 0.1, total_iters=3), CosineAnnealingLR(opt, 5)], milestones=[3])
    else:
        sched = OneCycleLR(opt, max_lr=0.02, total_steps=10)
    opt.zero_grad()
    for step, (xb, yb) in enumerate(zip(x.split(10), y.split(10)), start=1):
        loss = nn.functional.huber_loss(model(xb), yb) / accum
        loss.backward()
        if step % accum == 0 or step == math.ceil(len(x) / 10):
            norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0, norm_type=2)
            opt.step()
            sched.step()
            opt.zero_grad()
            ema.update(model)
    lrs = ", ".join(f"{g['lr']:.5f}" for g in opt.param_groups)
    print(f"{kind:10s} loss {loss.item() * accum:.4f} norm {float(norm):.3f} lr [{lrs}]")
    with torch.no_grad():
        gap = (model.eval()(x) - ema.shadow(x)).abs().max()
    print("   gap to EMA", gap.item(), "updates", ema.updates)

swa = AveragedModel(model.train())
swa_sched = SWALR(opt, swa_lr=0.005)
for _ in range(3):
    opt.zero_grad()
    nn.functional.l1_loss(model(x), y).backward()
    opt.step()
    swa.update_parameters(model)
    swa_sched.step()
update_bn(x.split(16), swa)
swa.eval()
print(swa(x[:5]).squeeze(-1).tolist(), swa.n_averaged)
