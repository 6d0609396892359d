import torch
from torch import nn

torch.manual_seed(0)
readings = torch.randn(120, 5)
readings[torch.rand(120) < 0.05] *= 8
readings[3, 2] = float("nan")
readings[17] = float("inf")

finite = torch.isfinite(readings).all(dim=1)
clean = readings[finite]
dropped = (~finite).nonzero().squeeze(-1)
print("dropped rows", dropped.tolist(), "left", clean.shape[0])

q1, q3 = torch.quantile(clean, torch.tensor([0.25, 0.75]), dim=0)
iqr = q3 - q1
inside = ((clean >= q1 - 1.5 * iqr) & (clean <= q3 + 1.5 * iqr)).all(1)
outliers = clean[~inside]
kept = clean[inside]
print(kept.shape[0] + outliers.shape[0] == clean.shape[0], outliers.abs().max().item() if len(outliers) else "none")

med = kept.median(dim=0).values
mad = (kept - med).abs().median(dim=0)[0]
z = 0.6745 * (kept - med) / mad
flags = z.abs() > 3.5
if flags.any():
    rows, cols = torch.where(flags)
    for r, c in zip(rows.tolist()[:3], cols.tolist()):
        print(f"row {r} column {c}: {kept[r, c]:.2f}")
rows_bad = torch.unique(flags.nonzero()[:, 0])
mask = torch.ones(len(kept), dtype=torch.bool)
mask[rows_bad] = False
final = kept[mask]

filled = torch.where(torch.isnan(readings), torch.zeros_like(readings), readings)
filled = torch.nan_to_num(filled, posinf=0.0)
per_column = [col[col > 0] for col in final.unbind(1)]
print([len(c) for c in per_column], max(len(c) for c in per_column) <= len(final))
positive = final[final > 0]
print(positive.dim(), positive.mean() > 0, torch.masked_select(final, final < -1).numel())

model = nn.Sequential(nn.Linear(5, 2), nn.Tanh(), nn.Linear(2, 5))
opt = torch.optim.Adam(model.parameters(), lr=0.02)
for epoch in range(5):
    recon = model(final)
    per_row = (recon - final).pow(2).mean(1)
    keep = per_row < per_row.quantile(0.9)
    loss = per_row[keep].mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
with torch.no_grad():
    score = (model(filled) - filled).pow(2).mean(dim=1)
threshold = score[finite].topk(5).values[-1]
suspects = torch.argwhere(score >= threshold).flatten()
print(suspects.numel() >= 5, score[suspects].sort(descending=True).values[:2])
first = int((score >= threshold).float().argmax())
count = torch.count_nonzero(score > threshold).item()
runs = torch.diff(torch.cat([torch.tensor([0]), (score > score.median()).int(), torch.tensor([0])]))
starts, ends = (runs == 1).nonzero().flatten(), (runs == -1).nonzero().flatten()
longest = (ends - starts).max().item()
print(first in suspects.tolist(), count, longest, [filled[s:e].shape[0] for s, e in zip(starts[:3].tolist(), ends[:3].tolist())])
