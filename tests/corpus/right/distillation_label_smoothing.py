import torch
import torch.nn as nn
import torch.nn.functional as F


class LabelSmoothing(nn.Module):
    "the annotated-transformer kind: KL against a smoothed distribution, with a padding class"

    def __init__(self, size, padding_idx, smoothing=0.0):
        super(LabelSmoothing, self).__init__()
        self.criterion = nn.KLDivLoss(reduction="sum")
        self.padding_idx = padding_idx
        self.confidence = 1.0 - smoothing
        self.smoothing = smoothing
        self.size = size
        self.true_dist = None

    def forward(self, x, target):
        assert x.size(1) == self.size
        true_dist = x.data.clone()
        true_dist.fill_(self.smoothing / (self.size - 2))
        true_dist.scatter_(1, target.data.unsqueeze(1), self.confidence)
        true_dist[:, self.padding_idx] = 0
        mask = torch.nonzero(target.data == self.padding_idx)
        if mask.dim() > 0:
            true_dist.index_fill_(0, mask.squeeze(), 0.0)
        self.true_dist = true_dist
        return self.criterion(x, true_dist.clone().detach())


class SmoothCE(nn.Module):
    def __init__(self, eps=0.1):
        super().__init__()
        self.eps = eps

    def forward(self, logits, target):
        logp = F.log_softmax(logits, dim=-1)
        nll = -logp.gather(dim=-1, index=target.unsqueeze(1)).squeeze(1)
        smooth = -logp.mean(dim=-1)
        return ((1 - self.eps) * nll + self.eps * smooth).mean()


def kd_loss(student, teacher, labels, T=4.0, alpha=0.7):
    soft = F.kl_div(F.log_softmax(student / T, dim=1), F.softmax(teacher / T, dim=1), reduction="batchmean") * (T * T)
    hard = F.cross_entropy(student, labels)
    return alpha * soft + (1 - alpha) * hard


def mlp(*dims):
    return nn.Sequential(*[m for a, b in zip(dims, dims[1:]) for m in (nn.Linear(a, b), nn.ReLU())][:-1])


torch.manual_seed(4)
teacher, student = mlp(20, 64, 64, 5), mlp(20, 12, 5)
for p in teacher.parameters():
    p.requires_grad_(False)
hint = nn.Linear(12, 64)
opt = torch.optim.Adam([*student.parameters(), *hint.parameters()], lr=1e-2)
smooth = SmoothCE(0.1)

for step in range(4):
    x = torch.randn(32, 20)
    labels = teacher(x).argmax(1)
    t_logits = teacher(x)
    s_logits = student(x)
    guide = F.mse_loss(hint(student[1](student[0](x))), teacher[1](teacher[0](x)))
    loss = kd_loss(s_logits, t_logits, labels) + smooth(s_logits, labels) + 0.1 * guide
    ref = F.cross_entropy(s_logits, labels, label_smoothing=0.1)
    assert abs(ref.item() - smooth(s_logits, labels).item()) < 1e-4
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(step, loss.item())

crit = LabelSmoothing(5, 0, 0.4)
predict = torch.FloatTensor([[0, 0.2, 0.7, 0.1, 0], [0, 0.2, 0.7, 0.1, 0], [0, 0.2, 0.7, 0.1, 0]])
value = crit(predict.clamp(min=1e-6).log(), torch.LongTensor([2, 1, 0]))
print(value.item(), crit.true_dist)
