import logging
import os
import pickle
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset

logger = logging.getLogger("data")
logger.addHandler(logging.StreamHandler())
logger.setLevel(logging.DEBUG if os.environ.get("DEBUG") else logging.WARNING)


class Normalise:
    def __init__(self, mean, std):
        self.mean = np.asarray(mean, dtype=np.float32).reshape(1, 1, -1)
        self.std = np.asarray(std, dtype=np.float32).reshape(1, 1, -1)

    def __call__(self, img):
        return (img - self.mean) / self.std


class ToTensor:
    def __call__(self, img):
        return torch.from_numpy(np.ascontiguousarray(img.transpose(2, 0, 1)))


class RandomCrop:
    def __init__(self, size):
        self.size = size

    def __call__(self, img):
        h, w = img.shape[:2]
        top = np.random.randint(0, h - self.size + 1)
        left = np.random.randint(0, w - self.size + 1)
        return img[top:top + self.size, left:left + self.size]


class Compose:
    def __init__(self, ts):
        self.ts = ts

    def __call__(self, x):
        for t in self.ts:
            x = t(x)
        return x


class CifarLike(Dataset):
    def __init__(self, path, transform=None):
        with open(path, "rb") as f:
            entry = pickle.load(f, encoding="latin1")
        self.data = np.vstack([entry["data"]]).reshape(-1, 3, 20, 20)
        self.data = self.data.transpose((0, 2, 3, 1))
        self.targets = entry["labels"]
        self.transform = transform
        logger.debug("read %d rows from %s", len(self.data), path)

    def __getitem__(self, index):
        img, target = self.data[index], self.targets[index]
        img = img.astype(np.float32) / 255
        if self.transform is not None:
            img = self.transform(img)
        return img, target

    def __len__(self):
        return len(self.data)


def write(folder, name, n):
    path = Path(folder) / name
    rng = np.random.default_rng(n)
    with open(path, "wb") as f:
        pickle.dump({"data": rng.integers(0, 256, (n, 1200), dtype=np.uint8), "labels": rng.integers(0, 4, n).tolist()}, f)
    return path


def main():
    tf = Compose([RandomCrop(16), Normalise([0.5, 0.5, 0.5], [0.25, 0.25, 0.25]), ToTensor()])
    with tempfile.TemporaryDirectory() as folder:
        parts = [CifarLike(write(folder, f"batch_{i}", n), tf) for i, n in enumerate((10, 7))]
    both = ConcatDataset(parts)
    train, val = Subset(both, range(0, 13)), Subset(both, list(range(13, len(both))))
    clone = pickle.loads(pickle.dumps(val))
    assert len(clone) == len(val) == 4

    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 5, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(5 * 7 * 7, 4))
    for x, y in DataLoader(train, batch_size=5, shuffle=True):
        out = net(x)
        loss = torch.nn.functional.cross_entropy(out, y)
        loss.backward()
        logger.info("batch of %d, loss %.3f", len(y), loss.item())
        print(x.dtype, y.dtype, x.shape[0])
    acc = np.mean([int(net(img[None]).argmax()) == label for img, label in clone])
    print(f"accuracy {acc:.2f}")


if __name__ == "__main__":
    main()
