"""Notes to myself: what broadcasting, indexing and views do."""
import torch

# broadcasting on purpose
col = torch.arange(4.0).unsqueeze(1)
row = torch.tensor([10.0, 20.0, 30.0])
table = col + row
print(table.shape)                     # 4 x 3

pts = torch.rand(6, 2)
pairwise = (pts[:, None] - pts[None, :]).norm(dim=-1)
print(pairwise.shape, pairwise.diagonal().sum())

images = torch.rand(5, 3, 8, 8)
mean = images.mean(dim=(0, 2, 3))
std = images.std(dim=(0, 2, 3))
normed = (images - mean[None, :, None, None]) / std.view(-1, 1, 1)
print(normed.mean().abs() < 1e-4, normed.shape)

weights = torch.softmax(torch.randn(5), dim=0)
blend = (weights.reshape(5, 1, 1, 1) * images).sum(0)
same = torch.tensordot(weights, images, dims=1)
print(torch.allclose(blend, same, atol=1e-6), blend.shape)

batch_bias = torch.randn(5, 1)
logits = torch.randn(5, 7) + batch_bias
causal = torch.ones(7, 7, dtype=torch.bool).tril()
att = torch.zeros(2, 4, 7, 7).masked_fill(~causal, -torch.inf).softmax(-1)
print(logits.shape, att.sum(-1).min().item())

# one name, many shapes
x = torch.arange(24)
x = x.view(2, 3, 4)
x = x.transpose(0, 1)
x = x.reshape(3, -1)
x = x[:, 1:5]
x = x.float().mean(0)
x = x[None, ..., None]
x = x.squeeze()
x = x.tolist()
print(x)

# indexing
a = torch.arange(60).view(3, 4, 5)
print(a[0].shape, a[:, -1].shape, a[..., 2].shape, a[:, None, ::2].shape, a[[0, 2]].shape, a[:, [1, 1, 0], 2].shape)
print(a[a % 7 == 0].shape[0], a[torch.tensor([True, False, True])].shape, a[1, 2, 3].item(), a[..., [0, -1]].shape)
i = torch.tensor([0, 2])
j = torch.tensor([[1], [3]])
print(a[i, j].shape, a[i[:, None, None], j[None], torch.arange(5)].shape)
a[0, :, 0] = -1
a[:, 1] = torch.zeros(5, dtype=torch.long)
a[2] += torch.arange(5)
b = a.clone().index_fill_(1, torch.tensor([3]), 9)
print(b[:, 3].unique().tolist(), a.take_along_dim(a.argmax(-1, keepdim=True), dim=-1).shape)

# types
n = torch.tensor(7)
half = n / 2
whole = n // 2
mixed = torch.tensor([1, 2, 3]) * 0.5
flags = torch.tensor([1.5, -2, 0]) > 0
count = flags.sum() + flags.long()
print(half.dtype, whole.dtype, mixed.dtype, count, (flags * 3.0).dtype, (1 - flags.int()).dtype)
print(torch.result_type(torch.ones(2, dtype=torch.int8), 1.0), torch.promote_types(torch.float16, torch.int64))

# stacking, splitting, repeating
parts = torch.split(torch.arange(10), [2, 5, 3])
chunks = torch.arange(10).chunk(4)
print([len(p) for p in parts], [c.numel() for c in chunks], torch.cat(parts).equal(torch.cat(chunks)))
grid = torch.cartesian_prod(torch.arange(3), torch.arange(2))
combos = torch.combinations(torch.arange(4), 2)
rep = torch.tensor([[1, 2]]).repeat(3, 2)
exp = torch.tensor([[1], [2]]).expand(-1, 6)
print(grid.shape, combos.shape, rep.shape, exp.shape, torch.tile(rep, (2,)).shape, torch.vstack((rep, rep)).shape)
print(torch.block_diag(torch.ones(2, 2), torch.ones(1, 3)).shape, torch.kron(torch.eye(2), torch.ones(2, 2)).shape)
u = torch.rot90(rep, 1, [0, 1])
v = rep.flip(1).roll(1, 0)
m = torch.movedim(torch.rand(2, 3, 4), 0, -1)
print(u.shape, v.shape, m.shape, torch.atleast_2d(torch.tensor(3)).shape, m.swapaxes(0, 1).shape, m.flatten(-2).shape)
first, *rest = m
print(first.shape, len(rest))
lo, hi = torch.aminmax(m, dim=0)
vals, idx = m.sort(dim=-1, descending=True)
q, r = torch.linalg.qr(torch.randn(5, 3))
w, V = torch.linalg.eigh(q.T @ q)
print(lo.shape, idx.dtype, q.shape, r.shape, w.shape, torch.linalg.svd(torch.rand(4, 6), full_matrices=False).Vh.shape)
