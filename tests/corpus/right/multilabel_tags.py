import torch
import torch.nn as nn

tags = ["sky", "sea", "people", "food", "night", "indoor"]
n_tags = len(tags)


class TagNet(nn.Module):
    def __init__(self, n_tags, d=32):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.Hardswish(),
            nn.Conv2d(8, d, 3, 2, 1), nn.BatchNorm2d(d), nn.Hardswish(),
        )
        self.queries = nn.Parameter(torch.randn(n_tags, d) * 0.1)
        self.attn = nn.MultiheadAttention(d, 4, batch_first=True)
        self.weight = nn.Parameter(torch.randn(n_tags, d) * 0.1)
        self.bias = nn.Parameter(torch.zeros(n_tags))

    def forward(self, img):
        f = self.backbone(img).flatten(2).transpose(1, 2)
        q = self.queries.expand(img.size(0), -1, -1)
        out, w = self.attn(q, f, f)
        return (out * self.weight).sum(-1) + self.bias, w


class AsymmetricLoss(nn.Module):
    def __init__(self, gamma_neg=4, gamma_pos=1, clip=0.05, eps=1e-8):
        super().__init__()
        self.gamma_neg, self.gamma_pos, self.clip, self.eps = gamma_neg, gamma_pos, clip, eps

    def forward(self, x, y):
        p = torch.sigmoid(x)
        neg = 1 - p
        if self.clip is not None and self.clip > 0:
            neg = (neg + self.clip).clamp(max=1)
        loss = y * torch.log(p.clamp(min=self.eps)) + (1 - y) * torch.log(neg.clamp(min=self.eps))
        pt = p * y + neg * (1 - y)
        g = self.gamma_pos * y + self.gamma_neg * (1 - y)
        return -(loss * torch.pow(1 - pt, g)).sum()


torch.manual_seed(2)
images = torch.rand(26, 3, 32, 32)
truth = (torch.rand(26, n_tags) < torch.tensor([0.5, 0.3, 0.4, 0.2, 0.1, 0.3])).float()
pos_weight = (truth.size(0) - truth.sum(0)) / truth.sum(0).clamp(min=1)
net = TagNet(n_tags)
bce = nn.BCEWithLogitsLoss(pos_weight=pos_weight)
asl = AsymmetricLoss()
opt = torch.optim.AdamW(net.parameters(), lr=2e-3)

for epoch in range(2):
    for img, y in zip(images.split(8), truth.split(8)):
        logits, attention = net(img)
        loss = bce(logits, y) + 0.01 * asl(logits, y) + nn.functional.multilabel_soft_margin_loss(logits, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(f"{epoch}: {loss.item():.3f}, attention {tuple(attention.shape)}")

net.eval()
with torch.no_grad():
    prob = net(images)[0].sigmoid()
thresholds = torch.linspace(0.1, 0.9, 9)
pred = prob.unsqueeze(0) > thresholds.view(-1, 1, 1)
target = truth.bool().unsqueeze(0)
tp = (pred & target).sum(1).float()
fp = (pred & ~target).sum(1).float()
fn = (~pred & target).sum(1).float()
f1 = 2 * tp / (2 * tp + fp + fn).clamp(min=1)
best, where = f1.max(dim=0)
for tag, f, t in zip(tags, best, thresholds[where]):
    print(f"{tag:8s} best F1 {f:.2f} at {t:.1f}")
exact = ((prob > thresholds[where]) == truth.bool()).all(dim=1).float().mean()
ranked = prob.argsort(dim=1, descending=True)
for row in range(2):
    chosen = [tags[i] for i in ranked[row, :3].tolist()]
    real = [tags[i] for i in truth[row].nonzero().flatten().tolist()]
    print(chosen, "truth:", real or "none")
hamming = (prob.round() != truth).float().mean().item()
print(exact.item(), hamming)
