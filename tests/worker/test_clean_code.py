"""Programs that are right, whose data, packages, processes or devices are not here: nothing is reported of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotated import targets
from worker.stand_in_runs import run
from worker.traced import run as run_targets

CLEAN = {
    "one process of a group": """
        import torch, torch.nn as nn
        import torch.distributed as dist
        from torch.nn.parallel import DistributedDataParallel
        dist.init_process_group('nccl')
        rank = dist.get_rank()
        model = DistributedDataParallel(nn.Linear(3, 4).cuda(rank), device_ids=[rank])
        for p in model.parameters():
            dist.broadcast(p.data, 0)
        y = model(torch.zeros(2, 3))
        parts = [torch.zeros_like(y) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, y)
        z = torch.cat(parts)
        """,
    "a remote reference": """
        import torch
        from torch.distributed.rpc import RRef, remote
        ref = RRef(torch.zeros(2))
        y = remote('other', torch.add, args=(ref, 1)).to_here()
        z = torch.stack([torch.zeros(2), torch.ones(2)])
        """,
    "a list filled from a file that is not here": """
        import torch
        lines = open('gone.txt').readlines()
        rows, weights = [], []
        for line in lines:
            if line.startswith('x') and 'train' in line:
                rows.append(torch.zeros(3))
                break
        for row in rows[1:]:
            weights.append(torch.zeros(3, requires_grad=True))
        z = torch.zeros(2, 3)
        joined = torch.stack(weights)
        optimizer = torch.optim.Adam(weights)
        """,
    "tensors on a GPU by default": """
        import torch, torch.nn as nn
        torch.set_default_tensor_type('torch.cuda.FloatTensor')
        model = nn.Linear(4, 2)
        y = model(torch.zeros(3, 4)) + torch.Tensor([1.0, 2.0]) + torch.zeros(3, 2).cuda()
        torch.set_default_tensor_type(torch.FloatTensor)
        z = torch.zeros(2) + torch.ones(2).cpu()
        """,
    "a device by default": """
        import torch, torch.nn as nn
        torch.set_default_device('cuda')
        model = nn.Linear(4, 2)
        z = model(torch.zeros(3, 4)) + torch.ones(3, 2, device='cuda')
        """,
    "packed sequences": """
        import torch, torch.nn as nn
        from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
        rnn = nn.LSTM(8, 6, 2, batch_first=True, bidirectional=True)
        packed = pack_padded_sequence(torch.randn(4, 7, 8), torch.tensor([7, 5, 3, 2]), batch_first=True)
        output, (h, c) = rnn(packed)
        z, lengths = pad_packed_sequence(output, batch_first=True)
        z.sum().backward()
        """,
    "a data set that lists files that are not here": """
        import os
        import torch, torch.nn as nn
        from torch.utils.data import DataLoader, Dataset
        class Files(Dataset):
            def __init__(self, root):
                self.samples = []
                for name in os.listdir(root):
                    self.samples.append((os.path.join(root, name), 1))
            def __len__(self):
                return len(self.samples)
            def __getitem__(self, index):
                return torch.zeros(16), self.samples[index][1]
        net = nn.Sequential(nn.Linear(16, 8), nn.BatchNorm1d(8), nn.Linear(8, 2))
        for x, y in DataLoader(Files('gone'), batch_size=32, shuffle=True):
            z = net(x)
            loss = nn.functional.cross_entropy(z, y)
        """,
    "as many items as there are files": """
        import glob
        import torch, torch.nn as nn
        rows = []
        for number, path in enumerate(glob.glob('gone/*')):
            rows.append(torch.zeros(8))
        z = torch.zeros(40, 8) + torch.stack(rows)
        a = torch.stack(rows).view(4, 8, -1)
        b = nn.Linear(12, 1)(torch.cat([torch.zeros(2, 3) for _ in glob.glob('gone/*')], dim=1))
        c = torch.LongTensor([number for number, path in enumerate(glob.glob('gone/*'))]) + torch.zeros(5)
        words = {}
        for word in open('gone.txt').read().split():
            words[word] = len(words)
        d = nn.Embedding(len(words), 4)(torch.tensor([7]))
        more = []
        more.extend(glob.glob('gone/*'))
        e = torch.zeros(len(more), 3) + torch.zeros(9, 3)
        f = torch.zeros(int(0.8 * len(more)), 3) + torch.zeros(9, 3)
        """,
    "numbers that are tensors": """
        import torch
        shapes = torch.randint(1, 5, (2, 2))
        x = torch.zeros(2, 26, 3)
        parts = x.split([h * w for h, w in shapes], dim=1)
        h, w = shapes[0]
        a = x.view(h, w, -1)
        b = torch.linspace(0.5, h - 0.5, h)
        c = x.chunk(h, 1)
        d = torch.nn.functional.one_hot(torch.zeros(3).long(), h)
        z = x.view(torch.tensor(2), torch.tensor(13), -1)
        """,
    "an option that nobody knows": """
        import torch
        from torch.utils.data import DataLoader, TensorDataset
        from gone import options
        loader = DataLoader(**{'dataset': TensorDataset(torch.zeros(8, 2)), 'num_workers': options.workers})
        z = torch.zeros(2)
        """,
    "more rounds than there are items": """
        import torch
        from gone import outputs
        picked = torch.LongTensor([1, 0])
        batch, width = outputs[0].size()
        for i in range(batch):
            z = torch.zeros(2, 3)[picked[i]]
        """,
    "predictions of all batches": """
        import numpy as np
        import torch, torch.nn as nn
        from torch.utils.data import DataLoader, TensorDataset
        x, y = torch.randn(100, 4), torch.randn(100, 1)
        net, guessed = nn.Linear(4, 1), []
        loader = DataLoader(TensorDataset(x, y), batch_size=10)
        for a, b in loader:
            guessed.append(net(a))
        loss = nn.functional.mse_loss(torch.cat(guessed), y)
        loss = torch.from_numpy(np.concatenate([g.detach().numpy() for g in guessed])) - y
        loss = nn.functional.mse_loss(torch.cat([net(a) for a, b in loader]), y)
        optimizer, history = torch.optim.SGD(net.parameters(), 0.1), []
        for epoch in range(50):
            optimizer.zero_grad()
            net(x).mean().backward()
            optimizer.step()
            history.append(1.0)
        z = torch.tensor(history) + torch.zeros(50)
        """,
    "a picture that may have to be converted": """
        import torch
        import torchvision.transforms as T
        from PIL import Image
        image = Image.open('gone.png')
        if image.mode != 'RGB':
            image = Image.new('RGB', image.size).paste(image)
        y = T.ToTensor()(image)
        z = torch.zeros(2)
        """,
}


@pytest.mark.parametrize("text", CLEAN.values(), ids=CLEAN)
def test_nothing_is_reported(tmp_path: Path, text: str) -> None:
    outcome = run(tmp_path, text)
    assert outcome.failures == () and outcome.notes == ()
    assert isinstance(outcome.values["z"], tuple), "the end was reached with a tensor"


def test_devices_chosen_for_all_are_looked_at(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        x = torch.ones(3)
        torch.set_default_device('cuda')
        y = torch.zeros(3)
        z = x + y
        """,
    )
    assert outcome.lines == [5] and "same device" in outcome.message(5)


def test_an_empty_list_is_one_where_everything_is_known(tmp_path: Path) -> None:
    outcome = run(tmp_path, "import torch\nx = torch.stack([t for t in torch.zeros(3) if t.dim() > 4])\n")
    assert outcome.lines == [2]


def test_what_is_known_beside_unknown_lengths_stays_known(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import glob
        import torch
        rows = [torch.zeros(3) for _ in range(4)]
        for path in glob.glob('gone/*'):
            print(path)
        x = torch.stack(rows)
        y = torch.stack([torch.zeros(3) for _ in glob.glob('gone/*')])
        z = torch.zeros(5, 3) + x
        w = y @ torch.zeros(4, 2)
        """,
    )
    assert outcome.lines == [8, 9] and outcome.values["x"][0] == (4, 3) and outcome.values["y"][0] == (None, 3)


def test_packed_sequences_keep_their_sizes(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch, torch.nn as nn
        from torch.nn.utils.rnn import pack_padded_sequence
        rnn = nn.GRU(8, 6, batch_first=True)
        packed = pack_padded_sequence(torch.randn(4, 7, 8), torch.tensor([7, 5, 3, 2]), batch_first=True)
        output, h = rnn(packed)
        data = output.data
        y = nn.Linear(7, 2)(h[-1])
        """,
    )
    assert outcome.lines == [7] and outcome.values["data"] == ((17, 6), "float32")


CONSISTENT = {
    "names that differ in their last letter may be one size": '''
        class Attend(nn.Module):
            def forward(self, q, k):
                """
                Args:
                    q: [batch, len_q, dim_q]
                    k: [batch, len_k, dim_k]
                """
                return q @ k.transpose(1, 2)
        ''',
    "the channels of an input are in_channels": '''
        class Net(nn.Module):
            def __init__(self, in_channels=1, channels=32):
                super().__init__()
                self.conv = nn.Conv2d(in_channels, channels, 3)
            def forward(self, x):
                """
                Args:
                    x: map of shape [batch, channels, height, width]
                """
                return self.conv(x)
        ''',
    "a name and its plural may be one size": '''
        class Join(nn.Module):
            def forward(self, x, y):
                """
                Args:
                    x: shape (batch, freq, 4)
                    y: shape (batch, freqs, 4)
                """
                return torch.einsum('bfi,bfj->bij', x, y)
        ''',
    "the items of a list may be of several sizes": '''
        class Pyramid(nn.Module):
            def forward(self, levels):
                """
                Args:
                    levels (list[Tensor]): three levels, each with shape (b, c, h, w).
                """
                x = F.interpolate(levels[2], scale_factor=2.0)
                return torch.cat([x, levels[1]], dim=1)
        ''',
    "what another class calls it with passes": '''
        class Decode(nn.Module):
            """input shape: [batch, width, length]"""
            def __init__(self, width, parts):
                super().__init__()
                self.conv = nn.Conv1d(parts * width, 4, 3)
            def forward(self, x):
                return self.conv(x)
        class Model(nn.Module):
            def __init__(self, width=16, parts=2):
                super().__init__()
                self.encode, self.decode = nn.Conv1d(1, parts * width, 3), Decode(width, parts)
            def forward(self, x):
                return self.decode(self.encode(x))
        ''',
    "another alternative passes with one channel": '''
        class Loss(nn.Module):
            def forward(self, y_pred, y_true):
                """
                Args:
                    y_pred: tensor of shape (N, C, H, W)
                    y_true: tensor of shape (N, H, W) or (N, 1, H, W)
                """
                return F.binary_cross_entropy_with_logits(y_pred, y_true)
        ''',
}


@pytest.mark.parametrize("text", CONSISTENT.values(), ids=CONSISTENT)
def test_a_shape_that_may_be_meant_otherwise_is_no_mistake(tmp_path: Path, text: str) -> None:
    assert run_targets(tmp_path, text).failures == ()


def test_brackets_of_things_are_no_shape() -> None:
    listed = '''
        class Collate:
            def __call__(self, batch):
                """
                PARAMS
                ------
                batch: [text_normalized, mel_normalized]
                """
                return len(batch)
        '''
    columns = """
        def build(boxes):
            # input boxes(image,class,x,y,w,h)
            return boxes.repeat(3, 1, 1)
        """
    results = """
        def collate(batch):
            # Inputs (batch, time) / targets (batch, n_src, time)
            inputs, targets = default_collate(batch)
            return inputs
        """
    for text in (listed, columns, results):
        assert not any(declared.alternatives for target in targets(text).values() for declared in target.inputs)


def test_what_a_test_runner_raises_and_an_exit_end_only_their_own_part(tmp_path: Path) -> None:
    trace = run_targets(
        tmp_path,
        """
        import sys
        import pytest

        class Refused:
            with pytest.raises(RuntimeError):
                layer = nn.Linear(2, 3)

        class Leaves(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.layer = nn.Linear(width, 4)
            def forward(self, x):
                if x.dim() == 2:
                    sys.exit("no tables")
                raise KeyboardInterrupt

        class Exits(nn.Module):
            def __init__(self):
                super().__init__()
                sys.exit(1)
            def forward(self, x):
                return x

        class Works(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(5, 4)
            def forward(self, x):
                return self.layer(x)

        y = Works()(torch.zeros(2, 5))
        """,
    )
    assert not trace.failures
    assert {t.name: t.status for t in trace.targets} == {
        "<script>": "checked", "Refused": "unchecked", "Leaves": "unchecked", "Exits": "unchecked", "Works": "checked"
    }  # fmt: skip
