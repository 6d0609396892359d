import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from worker.stand_in_runs import absent, run

TABLE = "id,age,sex,fare,label\n" + "".join(
    f"{i},{'' if i == 2 else 20 + i},{'male' if i % 2 else 'female'},{i * 1.5},{i % 3}\n" for i in range(12)
)


def test_whatever_a_stand_in_does_not_have_is_unknown_and_no_finding(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        import torchvision.models.quantization as q
        from torchvision.ops import nms
        import matplotlib.animation
        from sklearn.svm import SVC
        from tqdm.contrib.concurrent import thread_map
        boxes = nms(torch.zeros(4, 4), torch.zeros(4), 0.5)
        out = torch.nn.Linear(3, 2)(q.resnet18(quantize=True)(torch.zeros(1, 3, 8, 8)))
        fit = SVC().fit([[1]], [1]).predict([[2]])
        """,
    )
    assert outcome.failures == () and outcome.notes == ()


def test_a_mistake_of_a_stand_in_is_no_finding() -> None:
    from shapewright.worker.stand_ins import kit

    assert kit.is_real(kit.real(TypeError("as the package says")))
    assert not kit.is_real(TypeError("ours"))


@absent("pandas")
def test_columns_have_the_dtypes_of_pandas(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(TABLE)
    outcome = run(
        tmp_path,
        """
        import numpy as np
        import pandas as pd
        import torch
        df = pd.read_csv('data.csv')
        a = df['id'].values
        b = df['age'].values
        c = df['sex'].values
        d = df[['id', 'fare']].values
        e = df.drop(columns=['sex', 'label']).to_numpy(dtype=np.float32)
        f = df['sex'].map({'male': 0, 'female': 1}).values
        g = df[df['age'] > 25].shape
        h = df.dropna().iloc[:, 1:2].values
        i = pd.get_dummies(df['sex']).values
        j = ((df[['id', 'fare']] - df[['id', 'fare']].mean()) / df[['id', 'fare']].std()).values
        k = df['label'].nunique()
        gone = pd.read_csv('missing.csv')['x'].values
        x = torch.tensor(df[['age', 'fare']].values)
        y = torch.nn.Linear(2, 1)(x)
        """,
    )
    assert outcome.lines == [18]
    assert "must have the same dtype" in outcome.message(18)
    values = outcome.values
    assert values["a"] == ((12,), "int64") and values["b"] == ((12,), "float64") and values["c"] == ((12,), "object")
    assert values["d"] == ((12, 2), "float64") and values["e"] == ((12, 3), "float32")
    assert values["f"] == ((12,), "int64") and values["g"] == ["6", "5"] and values["h"] == ((11, 1), "float64")
    assert values["i"] == ((12, 2), "bool") and values["j"] == ((12, 2), "float64") and values["k"] == "3"


@absent("sklearn")
def test_splits_scalers_and_encoders(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import numpy as np
        import torch
        from sklearn.datasets import load_iris, make_moons, make_regression
        from sklearn.metrics import accuracy_score
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import LabelEncoder, OneHotEncoder, StandardScaler
        iris = load_iris()
        a, b, c, d = train_test_split(iris.data, iris.target, test_size=0.33, random_state=0)
        e, f = train_test_split(torch.randn(101, 3), test_size=10)
        g = StandardScaler().fit_transform(a)
        h = StandardScaler().fit_transform(a.astype(np.float32))
        i = LabelEncoder().fit_transform(['x', 'y', 'x'])
        j = OneHotEncoder(sparse_output=False).fit_transform(np.array([['x'], ['y'], ['z']]))
        k, m = make_moons(200)
        n, o = make_regression(50, 7)
        bad = StandardScaler().fit_transform(b[:, 0])
        score = accuracy_score(d, torch.randn(50, requires_grad=True))
        """,
    )
    assert outcome.lines == [16, 17]
    assert "Expected 2D array, got 1D array instead" in outcome.message(16)
    assert "Can't call numpy() on Tensor that requires grad" in outcome.message(17)
    values = outcome.values
    assert (
        values["a"] == ((100, 4), "float64") and values["b"] == ((50, 4), "float64") and values["d"] == ((50,), "int64")
    )
    assert values["e"] == ((91, 3), "float32") and values["f"] == ((10, 3), "float32")
    assert values["g"] == ((100, 4), "float64") and values["h"] == ((100, 4), "float32")
    assert values["i"] == ((3,), "int64") and values["j"] == ((3, 3), "float64")
    assert (
        values["k"] == ((200, 2), "float64") and values["m"] == ((200,), "int64") and values["o"] == ((50,), "float64")
    )


def test_plots_take_their_data_as_the_real_ones_do(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import matplotlib.pyplot as plt
        import torch
        fig, axes = plt.subplots(2, 3)
        count = 0
        for ax in axes.flat:
            ax.imshow(torch.rand(8, 8))
            count += 1
        axes[0, 1].imshow(torch.rand(3, 8, 8))
        fig, (left, right) = plt.subplots(1, 2)
        left.plot(torch.randn(4, requires_grad=True))
        line, = plt.plot([1, 2, 3])
        plt.scatter(torch.randn(4).cuda(), torch.randn(4))
        rows = plt.figure().subplots(4, 1)
        size = rows.shape
        """,
    )
    assert outcome.lines == [8, 10, 12]
    assert "Invalid shape (3, 8, 8) for image data" in outcome.message(8)
    assert "Can't call numpy() on Tensor that requires grad" in outcome.message(10)
    assert "can't convert cuda:0 device type tensor to numpy" in outcome.message(12)
    assert outcome.values["count"] == "6" and outcome.values["size"] == ["4"]


def test_loggers_and_bars_hand_on_what_they_get(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        import wandb
        from torch.utils.tensorboard import SummaryWriter
        from torchinfo import summary
        from tqdm import tqdm, trange
        run = wandb.init(project='p', config=dict(hidden=12))
        model = torch.nn.Linear(4, wandb.config.hidden)
        with SummaryWriter() as writer:
            writer.add_scalar('loss', 0.5, 1)
            writer.add_graph(model, torch.randn(2, 5))
        summary(model, input_size=(3, 6))
        total = 0
        for i in tqdm(range(5), desc='x'):
            total += i
        with trange(3) as bar:
            for i in bar:
                bar.set_postfix(loss=1)
        out = model(torch.randn(2, 4))
        run.log({'a': 1})
        """,
    )
    assert outcome.lines == [10, 11]
    assert outcome.values["total"] == "10" and outcome.values["out"] == ((2, 12), "float32")


@absent("pytorch_lightning", "lightning")
def test_lightning_runs_the_users_steps(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import pytorch_lightning as pl
        import torch
        from torch.nn import functional as F
        from torch.utils.data import DataLoader, TensorDataset

        class Data(pl.LightningDataModule):
            def setup(self, stage=None):
                self.data = TensorDataset(torch.randn(20, 10), torch.randint(0, 3, (20,)))
            def train_dataloader(self):
                return DataLoader(self.data, batch_size=8)
            val_dataloader = train_dataloader

        class Model(pl.LightningModule):
            def __init__(self, hidden=16, lr=0.1):
                super().__init__()
                self.save_hyperparameters()
                self.net = torch.nn.Linear(10, self.hparams.hidden)
            def training_step(self, batch, batch_idx):
                x, y = batch
                loss = F.cross_entropy(self.net(x), y)
                self.log('train', loss)
                self.log('wrong', self.net(x))
                return loss
            def validation_step(self, batch, batch_idx):
                x, y = batch
                z = self.net(x) - y
            def configure_optimizers(self):
                return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)

        pl.Trainer(max_epochs=2).fit(Model(), datamodule=Data())
        """,
    )
    assert outcome.lines == [22, 26]
    assert "must have a single element" in outcome.message(22)


@absent("transformers")
def test_tokenizers_and_encoders_of_known_sizes(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch import nn
        from transformers import AutoTokenizer, BertModel, AutoModelForSequenceClassification
        tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased')
        fixed = tokenizer(['a', 'b'], padding='max_length', truncation=True, max_length=16, return_tensors='pt')
        free = tokenizer(['a', 'b', 'c'], padding=True, return_tensors='pt')
        a, b = fixed['input_ids'], free.input_ids
        bert = BertModel.from_pretrained('bert-base-uncased')
        out = bert(**fixed)
        c, d = out.last_hidden_state, out.pooler_output
        e = nn.Linear(512, 2)(d)
        f = nn.Linear(bert.config.hidden_size, 2)(d)
        g = bert(torch.randn(2, 16))
        h = AutoModelForSequenceClassification.from_pretrained('distilbert-base-uncased', num_labels=4)(**free).logits
        i = BertModel.from_pretrained('somebody/else')(**fixed).last_hidden_state
        """,
    )
    assert outcome.lines == [11, 13]
    values = outcome.values
    assert values["a"] == ((2, 16), "int64") and values["b"] == ((3, None), "int64")
    assert values["c"] == ((2, 16, 768), "float32") and values["d"] == ((2, 768), "float32")
    assert values["f"] == ((2, 2), "float32") and values["h"][1] == "float32"


PATTERNS = [
    ("rearrange", (2, 3, 8, 8), "b c (h p) (w q) -> b (h w) (p q c)", {"p": 4, "q": 2}),
    ("rearrange", (2, 12, 64), "b n (h d) -> b h n d", {"h": 7}),
    ("rearrange", (2, 12, 3, 64), "b ... d -> b (...) d", {}),
    ("rearrange", (2, 3, 4), "b n d -> b n 1 d", {}),
    ("rearrange", (2, 3), "b c h w -> b c", {}),
    ("rearrange", (2, 3, 4), "b n d -> d (b n", {}),
    ("rearrange", (2, 12, 64), "b n (h d) -> b h n d", {}),
    ("reduce mean", (2, 3, 8, 8), "b c (h 2) (w 2) -> b c h w", {}),
    ("reduce max", (2, 3, 9, 8), "b c (h 2) (w 2) -> b c h w", {}),
    ("reduce prod", (2, 3, 4), "a b c -> a", {}),
    ("repeat", (3, 4), "h w -> (h 2) c (w r)", {"c": 3, "r": 2}),
    ("repeat", (3, 4), "h w -> h w c", {}),
    ("repeat", (2, 1, 64), "() n d -> b n d", {"b": 5}),
]


@pytest.mark.parametrize(("operation", "shape", "pattern", "sizes"), PATTERNS)
def test_einops_gives_and_refuses_what_the_real_one_does(
    operation: str, shape: tuple[int, ...], pattern: str, sizes: dict[str, int]
) -> None:
    import torch

    from shapewright.worker.stand_ins import einops as ours

    real = pytest.importorskip("einops")
    name, *reduction = operation.split()
    tensor = torch.arange(float(torch.Size(shape).numel())).reshape(shape)
    try:
        wanted = getattr(real, name)(tensor, pattern, *reduction, **sizes)
    except Exception as error:
        with pytest.raises(RuntimeError) as raised:
            getattr(ours, name)(tensor, pattern, *reduction, **sizes)
        assert sorted(str(raised.value)) == sorted(str(error))  # it prints sets, whose order is not fixed
        return
    assert torch.equal(getattr(ours, name)(tensor, pattern, *reduction, **sizes), wanted)


@pytest.fixture
def nothing_stays() -> Iterator[None]:
    """Made-up packages are forgotten after the test."""
    from shapewright.worker.stand_ins.pil import picture

    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("PIL", "torchvision"):
            del sys.modules[name]
    picture.forget()


@pytest.mark.usefixtures("nothing_stays")
def test_installed_packages_touch_no_file(tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    (packages / "PIL").mkdir(parents=True)
    (packages / "PIL" / "__init__.py").write_text("")
    (packages / "PIL" / "Image.py").write_text(
        "class Image: pass\ndef new(mode, size): return Image()\ndef fromarray(a): return Image()\n"
        "def open(fp): raise FileNotFoundError(fp)\n"
    )
    (packages / "torchvision").mkdir()
    (packages / "torchvision" / "__init__.py").write_text("from torchvision import datasets\n")
    (packages / "torchvision" / "datasets.py").write_text(
        "class VisionDataset: pass\n"
        "class MNIST(VisionDataset):\n"
        "    mirrors = ['x']\n"
        "    def __init__(self, root, train=True): raise RuntimeError('Dataset not found.')\n"
        "    @property\n"
        "    def class_to_idx(self): return {}\n"
    )
    outcome = run(
        tmp_path,
        """
        from PIL import Image
        from torchvision import datasets

        class Mine(datasets.MNIST):
            def __getitem__(self, index):
                return self.data[index], int(self.targets[index])

        data = Mine('d', train=False)
        count = len(data)
        image, label = data[3]
        same = int(isinstance(data, datasets.VisionDataset))
        kind = datasets.MNIST.mirrors[0]
        picture = Image.open('missing.png')
        width = picture.size[0]
        """,
        (str(packages),),
    )
    assert outcome.failures == () and outcome.notes == ()
    assert outcome.values["count"] == "10000" and outcome.values["image"] == ((28, 28), "uint8")
    assert outcome.values["same"] == "1" and outcome.values["width"] == "?"


def test_samplers_and_splits_need_no_chance(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch.utils.data import DataLoader, SubsetRandomSampler, TensorDataset, random_split
        from torch.utils.data import WeightedRandomSampler
        data = TensorDataset(torch.randn(5000, 3))
        a, b = random_split(data, [0.8, 0.2])
        c, d = len(a), len(b)
        for x, in DataLoader(data, batch_size=64, shuffle=True):
            last = x.shape[0]
        for y, in DataLoader(data, batch_size=7, sampler=SubsetRandomSampler(range(20))):
            small = y.shape[0]
        for z, in DataLoader(data, batch_size=8, sampler=WeightedRandomSampler(torch.ones(5000), 12)):
            weighted = z.shape[0]
        wrong = random_split(data, [4000, 900])
        """,
    )
    assert outcome.lines == [13]
    assert "Sum of input lengths does not equal" in outcome.message(13)
    assert outcome.values["c"] == "4000" and outcome.values["d"] == "1000"
    assert [outcome.values[n] for n in ("last", "small", "weighted")] == ["8", "6", "4"]


def test_numpy_meets_unknown(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import numpy as np
        import torch
        from nowhere import thing
        a = torch.from_numpy(np.array(thing.values))
        b = torch.nn.Linear(3, 2)(torch.tensor(np.stack([thing, thing]) * np.zeros(3)))
        c = np.zeros((len(thing), 3))
        d = np.mean(thing) + np.ones(4)
        """,
    )
    assert outcome.failures == () and outcome.notes == ()


def test_folders_that_are_not_there_hold_unknown_files(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.txt").write_text("")
    outcome = run(
        tmp_path,
        """
        import glob
        import os
        import torch
        from pathlib import Path
        from PIL import Image
        from torch.utils.data import DataLoader, Dataset
        from torchvision import transforms

        class Pictures(Dataset):
            def __init__(self, root):
                self.files = sorted(glob.glob(os.path.join(root, '*.jpg')))
                self.names = list(Path(root).rglob('*.png'))
                self.change = transforms.Compose([transforms.Resize((64, 48)), transforms.ToTensor()])
            def __len__(self):
                return len(self.files)
            def __getitem__(self, i):
                return self.change(Image.open(self.files[i % len(self.files)]).convert('RGB')), self.names[i]

        for batch, name in DataLoader(Pictures('nowhere'), batch_size=4, shuffle=True):
            size = batch.shape
            out = torch.nn.Conv2d(1, 2, 3)(batch)
        a, b = len(glob.glob('here/*')), len(os.listdir('here'))
        c = len([f for _, _, files in os.walk('here') for f in files])
        """,
    )
    assert outcome.lines == [21]
    assert outcome.values["size"] == ["4", "3", "64", "48"]
    assert [outcome.values[n] for n in "abc"] == ["1", "1", "1"]


def test_processes_run_their_function_here(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import multiprocessing
        import torch
        import torch.multiprocessing as mp

        def work(rank, queue):
            queue.put(torch.nn.Linear(4, 2)(torch.randn(2, 5)))

        def main(gpu, count):
            torch.nn.Linear(7, 2)(torch.randn(1, 8))

        queue = mp.Queue()
        process = mp.Process(target=work, args=(0, queue))
        process.start()
        process.join()
        a = queue.get()
        never = queue.get()
        mp.spawn(main, nprocs=2, args=(2,))
        with multiprocessing.Pool(2) as pool:
            b = sum(pool.map(abs, [1, -2]))
        """,
    )
    assert outcome.lines == [6, 9]
    assert outcome.values["a"] == ((2, 2), "float32") and outcome.values["b"] == "3"


@absent("datasets", "transformers")
def test_data_sets_of_the_hub_that_everybody_uses_have_their_columns(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from datasets import load_dataset
        from torch.utils.data import DataLoader
        from transformers import AutoTokenizer
        tokenizer = AutoTokenizer.from_pretrained('distilbert-base-uncased')
        data = load_dataset('imdb').map(
            lambda rows: tokenizer(rows['text'], padding='max_length', truncation=True, max_length=32), batched=True)
        data.set_format('torch', columns=['input_ids', 'label'])
        for batch in DataLoader(data['train'], batch_size=4):
            ids, label = batch['input_ids'], batch['label']
        test = torch.tensor(load_dataset('fancyzhx/ag_news', split='test')['label'])
        loss = torch.nn.BCEWithLogitsLoss()(torch.randn(4, 1), label.float())
        other = torch.tensor(load_dataset('nobody/knows')['train']['label'])
        torch.zeros(3) + other
        """,
    )
    assert outcome.values["ids"] == ((4, 32), "int64")
    assert outcome.values["label"] == ((4,), "int64")
    assert outcome.values["test"] == ((7600,), "int64")
    assert outcome.lines == [12]
