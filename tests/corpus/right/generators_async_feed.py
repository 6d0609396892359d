import asyncio
import itertools
import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


class Stream(IterableDataset):
    def __init__(self, limit, n_feat=6):
        self.limit = limit
        self.n_feat = n_feat

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        assert info is None
        for i in range(self.limit):
            x = torch.full((self.n_feat,), float(i))
            yield {"x": x, "y": x.sum().remainder(2), "id": i, "name": f"row{i}"}


def window(it, size):
    buf = []
    for item in it:
        buf.append(item)
        if len(buf) == size:
            yield torch.stack(buf)
            buf = buf[1:]


def infinite(loader):
    while True:
        for batch in loader:
            yield batch


async def produce(queue, n):
    for i in range(n):
        await asyncio.sleep(0)
        await queue.put(torch.randn(i % 3 + 1, 6))
    await queue.put(None)


async def consume(queue, model):
    sizes = []
    while True:
        item = await queue.get()
        if item is None:
            return sizes
        with torch.no_grad():
            out = model(item)
        sizes.append(out.size(0))


async def serve(model):
    q = asyncio.Queue(maxsize=2)
    _, sizes = await asyncio.gather(produce(q, 5), consume(q, model))
    return sizes


model = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 1))
opt = torch.optim.Adagrad(model.parameters(), lr=0.01)
crit = nn.BCEWithLogitsLoss()

loader = DataLoader(Stream(22), batch_size=8)
for batch in loader:
    logits = model(batch["x"]).squeeze(1)
    loss = crit(logits, batch["y"])
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(batch["id"].tolist(), batch["name"][-1], "%.3f" % loss.item())

feed = infinite(loader)
first_five = list(itertools.islice(feed, 5))
print([len(b["id"]) for b in first_five])
feed.close()

rows = (item["x"] for item in Stream(6))
for w in window(rows, 4):
    print(w.shape, w.mean().item())

print(asyncio.run(serve(model)))


def accumulate():
    total = torch.zeros(6)
    count = 0
    while True:
        x = yield (total / max(count, 1))
        if x is None:
            continue
        total = total + x
        count += 1


acc = accumulate()
next(acc)
for row in torch.arange(12.0).view(2, 6):
    mean = acc.send(row)
print(mean)
