import torch


class KMeans:
    def __init__(self, k, iters=20, tol=1e-4):
        self.k, self.iters, self.tol = k, iters, tol

    def init(self, X):
        centres = X[torch.randint(len(X), (1,))]
        while len(centres) < self.k:
            d = torch.cdist(X, centres).min(dim=1).values ** 2
            nxt = torch.multinomial(d / d.sum(), 1)
            centres = torch.cat([centres, X[nxt]])
        return centres

    def fit(self, X):
        c = self.init(X)
        for step in range(self.iters):
            label = torch.cdist(X, c).argmin(dim=1)
            sums = torch.zeros_like(c).scatter_add_(0, label[:, None].expand(-1, X.size(1)), X)
            n = torch.bincount(label, minlength=self.k).clamp(min=1).unsqueeze(1)
            new = sums / n
            empty = torch.bincount(label, minlength=self.k) == 0
            if empty.any():
                new[empty] = X[torch.randperm(len(X))[: empty.sum()]]
            shift = (new - c).norm(dim=1).max()
            c = new
            if shift < self.tol:
                break
        self.centres, self.steps = c, step + 1
        return label

    def predict(self, X):
        return (X[:, None, :] - self.centres[None]).pow(2).sum(-1).argmin(1)


torch.manual_seed(9)
X = torch.cat([torch.randn(30, 2) + torch.tensor(c) for c in ([0., 0.], [6., 1.], [-2., 7.])])
km = KMeans(3)
y = km.fit(X)
print(km.steps, km.centres, y.bincount())

ids, inverse, counts = torch.unique(y, return_inverse=True, return_counts=True)
order = counts.argsort(descending=True)
print(ids[order], counts[order], inverse.shape)

spread = torch.zeros(3).index_reduce_(0, y, (X - km.centres[y]).norm(dim=1), "mean", include_self=False)
far = torch.zeros(3).scatter_reduce(0, y, X.norm(dim=1), reduce="amax")
print(spread, far)

D = torch.cdist(X, X)
values, nearest = D.topk(4, largest=False)
same = (y[nearest[:, 1:]] == y[:, None]).float().mean()
print("neighbours in the same cluster:", same.item())

# silhouette for each cluster size
for k in range(2, 5):
    km = KMeans(k)
    lab = km.fit(X)
    scores = []
    for i in range(len(X)):
        mine = lab == lab[i]
        if mine.sum() <= 1:
            continue
        a = D[i][mine].sum() / (mine.sum() - 1)
        b = min(D[i][lab == other].mean() for other in lab.unique() if other != lab[i])
        scores.append(((b - a) / torch.max(a, b)).item())
    print(k, sum(scores) / len(scores))

vq = torch.nn.functional.one_hot(km.predict(X), k).float()
codebook = vq.T @ X / vq.sum(0).clamp(min=1)[:, None]
hist = torch.histc(X[:, 0], bins=8, min=-4, max=8)
groups = [X[lab == g] for g in range(k)]
print(codebook.shape, hist, [len(g) for g in groups], torch.bucketize(X[:5, 0], torch.tensor([0., 3.])))
