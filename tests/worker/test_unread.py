"""Data whose files are not there: what is known of them all the same."""

from pathlib import Path

import pytest

from worker.stand_in_runs import absent, run

TRAINING = """
import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler

df = pd.read_csv('patients.csv')
"""


def lines(folder: Path, text: str) -> list[str]:
    """The source lines that fail, after the imports and the table `df`."""
    source = TRAINING + text
    return [source.lstrip("\n").split("\n")[line - 1].strip() for line in run(folder, source).lines]


@absent("pandas")
def test_a_column_has_one_dimension_and_a_table_two(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import pandas as pd
        import torch
        df = pd.read_csv('missing.csv')
        a = torch.FloatTensor(df['age'].values)
        b = torch.FloatTensor(df[['age', 'size']].values)
        c = torch.FloatTensor(df.drop('age', axis=1).values)
        d = torch.FloatTensor(df.iloc[:, -1].values)
        e = torch.FloatTensor(df.iloc[:, 2:5].values)
        f = torch.FloatTensor(df.iloc[:, 0:-1].to_numpy())
        g = torch.FloatTensor(df.age.values.reshape(-1, 1))
        h = torch.FloatTensor(df.values[:, 1:].reshape(-1, 1, 28, 28))
        i = torch.tensor(df.iloc[3, 0], dtype=torch.float32)
        j = torch.tensor(df['label'].astype('int64').values)
        k = torch.FloatTensor(df[df['age'] > 3]['size'].values)
        l = torch.FloatTensor(df.mean_age.values[:, None])
        m = torch.FloatTensor(df.loc[:, 'age':'size'].values)
        n = torch.FloatTensor(df.loc[:, ['age', 'size']].values)
        """,
    )
    assert outcome.failures == ()
    table, column = ((None, None), "float32"), ((None,), "float32")
    assert outcome.values["a"] == outcome.values["d"] == outcome.values["k"] == column
    assert outcome.values["b"] == outcome.values["n"] == ((None, 2), "float32")
    assert outcome.values["c"] == outcome.values["f"] == outcome.values["m"] == table
    assert outcome.values["e"] == ((None, 3), "float32")
    assert outcome.values["g"] == outcome.values["l"] == ((None, 1), "float32")
    assert outcome.values["h"] == ((None, 1, 28, 28), "float32")
    assert outcome.values["i"] == ((), "float32")
    assert outcome.values["j"] == ((None,), "int64")


@absent("pandas", "sklearn")
def test_the_rank_of_targets_from_a_column_is_compared(tmp_path: Path) -> None:
    text = """
X_train, X_test, y_train, y_test = train_test_split(df.drop(columns='ill'), df['ill'], test_size=0.2)
scaler = StandardScaler()
X_train = torch.tensor(scaler.fit_transform(X_train), dtype=torch.float32)
y_train = torch.tensor(y_train.values, dtype=torch.float32)
net = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.BatchNorm1d(16), nn.Linear(16, 1))
for x, y in DataLoader(TensorDataset(X_train, y_train), batch_size=32):
    good = nn.functional.binary_cross_entropy_with_logits(net(x), y.unsqueeze(1))
    bad = nn.functional.binary_cross_entropy_with_logits(net(x), y)
"""
    assert lines(tmp_path, text) == ["bad = nn.functional.binary_cross_entropy_with_logits(net(x), y)"]


@absent("pandas", "sklearn")
def test_numbers_of_a_text_file_are_never_float32(tmp_path: Path) -> None:
    text = """
raw = torch.from_numpy(df.iloc[:, 1:].values)
scaled = torch.from_numpy(StandardScaler().fit_transform(df.iloc[:, 1:]))
cast = torch.from_numpy(df.iloc[:, 1:].values.astype(np.float32))
small = torch.from_numpy(StandardScaler().fit_transform(cast.numpy()))
net = nn.Linear(8, 2)
net(raw)
net(scaled)
net(cast)
net(small)
net(raw.float())
target = torch.tensor(df['kind'].values)
loss = nn.functional.cross_entropy(net(cast), target)
"""
    assert lines(tmp_path, text) == ["net(raw)", "net(scaled)"]


@absent("pandas", "sklearn")
def test_what_a_column_or_a_table_is_refused_by(tmp_path: Path) -> None:
    text = """
a = torch.from_numpy(df['age'])
b = torch.tensor(df, dtype=torch.float32)
c = StandardScaler().fit_transform(df['age'])
d = StandardScaler().fit_transform(df[['age']])
e = torch.tensor(df['age'])
"""
    assert [line[0] for line in lines(tmp_path, text)] == ["a", "b", "c"]


@absent("pandas", "sklearn")
def test_windows_over_a_series_have_their_length(tmp_path: Path) -> None:
    text = """
prices = StandardScaler().fit_transform(df['close'].values.reshape(-1, 1))

def windows(data, length):
    xs, ys = [], []
    for i in range(len(data) - length):
        xs.append(data[i:i + length])
        ys.append(data[i + length])
    return np.array(xs), np.array(ys)

x, y = windows(prices, 20)
n = int(0.8 * len(x))
x = torch.tensor(x[:n], dtype=torch.float32)
lstm = nn.LSTM(5, 8, batch_first=True)
right = nn.LSTM(1, 8, batch_first=True)
right(x)
lstm(x)
"""
    outcome = run(tmp_path, TRAINING + text)
    assert outcome.values["x"] == ((None, 20, 1), "float32")
    assert lines(tmp_path, text) == ["lstm(x)"]


@absent("pandas")
def test_a_changed_table_keeps_its_rank_alone(tmp_path: Path) -> None:
    text = """
for name in df.columns:
    df[name] = df[name].astype(np.float32)
x = torch.from_numpy(df.values)
nn.Linear(4, 2)(x)
two = df[['a', 'b']]
two['c'] = 1.0
nn.Linear(3, 1)(torch.tensor(two.values).float())
df.drop('a', axis=1, inplace=True)
nn.Linear(7, 1)(torch.tensor(df.values).float())
"""
    assert lines(tmp_path, text) == []


@absent("pandas")
def test_samples_of_a_data_set_over_a_table(tmp_path: Path) -> None:
    text = """
class Rows(torch.utils.data.Dataset):
    def __init__(self, table):
        self.table = table

    def __len__(self):
        return len(self.table)

    def __getitem__(self, i):
        row = self.table.iloc[i]
        return torch.zeros(3), self.table.iloc[i, 1], torch.tensor(row.values.astype('float32'))

for x, y, row in DataLoader(Rows(df), batch_size=4):
    shape = y
    nn.functional.mse_loss(nn.Linear(3, 1)(x), y.float().unsqueeze(1))
    nn.functional.binary_cross_entropy(nn.Linear(3, 1)(x).sigmoid(), y.float())
"""
    outcome = run(tmp_path, TRAINING + text)
    assert outcome.values["shape"][0] == (4,) and outcome.values["row"] == ((4, None), "float32")
    found = lines(tmp_path, text)
    assert found == ["nn.functional.binary_cross_entropy(nn.Linear(3, 1)(x).sigmoid(), y.float())"]


def test_a_text_file_of_numbers(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    outcome = run(
        tmp_path,
        """
        import numpy as np
        import torch
        xy = np.loadtxt('wine.csv', delimiter=',', dtype=np.float32)
        a = torch.from_numpy(xy[:, 1:])
        b = torch.from_numpy(xy[:, [0]])
        c = torch.from_numpy(xy[:, 0])
        d = torch.from_numpy(np.genfromtxt('other.csv')[:, 2:])
        e = torch.from_numpy(xy)
        """,
    )
    assert outcome.failures == ()
    assert outcome.values["a"] == ((None, None), "float32") and outcome.values["b"] == ((None, 1), "float32")
    assert outcome.values["c"] == ((None,), "float32") and outcome.values["d"] == ((None, None), "float64")
    assert "e" not in outcome.values


def test_a_list_that_a_loop_over_missing_files_fills_has_an_unknown_length(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    outcome = run(
        tmp_path,
        """
        import os
        import numpy as np
        import torch
        from torch import nn

        class Pictures(torch.utils.data.Dataset):
            def __init__(self):
                self.names = []
                for name in os.listdir('pictures'):
                    self.names.append(name)

            def __len__(self):
                return len(self.names)

            def __getitem__(self, i):
                return torch.zeros(3, 8, 8), self.names[i]

        kept = []
        for name in os.listdir('pictures'):
            kept.append(torch.zeros(3, 8, 8))
        stacked = torch.stack(kept)
        made = []
        for name in os.listdir('pictures'):
            made.append(np.zeros((8, 8)))
        array = torch.from_numpy(np.array(made))
        for picture, name in torch.utils.data.DataLoader(Pictures(), batch_size=4):
            out = nn.BatchNorm2d(3)(picture)
        flat = nn.BatchNorm1d(3)(stacked.mean((2, 3)))
        layers = []
        for name in os.listdir('pictures'):
            layers.append(nn.Linear(3, 3))
        layers = nn.Sequential(*layers)
        """,
    )
    assert outcome.failures == ()
    assert outcome.values["stacked"] == ((None, 3, 8, 8), "float32")
    assert outcome.values["array"] == ((None, 8, 8), "float64")
    assert outcome.values["out"] == ((4, 3, 8, 8), "float32")


@absent("torchvision", "PIL")
def test_pictures_that_are_read_as_tensors(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch import nn
        from PIL import Image
        from torchvision import transforms
        from torchvision.io import ImageReadMode, read_image
        raw = read_image('pizza.jpeg')
        net = nn.Sequential(nn.Conv2d(3, 8, 16), nn.ReLU())
        out = net(transforms.Resize((64, 64))(raw / 255))
        free = net((read_image('a.png', ImageReadMode.RGB) / 255)[None])
        open = nn.Conv2d(3, 8, 16)(raw.float())
        shown = Image.fromarray(raw.permute(1, 2, 0).numpy())
        scaled = (raw.permute(1, 2, 0).numpy() / 255.0 - [0.5, 0.5, 0.5]) / 2
        net(raw)
        """,
    )
    assert outcome.values["raw"] == ((None, None, None), "uint8")
    assert outcome.values["out"] == ((8, 49, 49), "float32")
    assert outcome.values["free"][0][:2] == (1, 8)
    assert outcome.lines == [13]


@absent("torchvision")
def test_labels_of_a_data_set_whose_targets_were_looked_at(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch import nn
        from torchvision import datasets, transforms
        train = datasets.FashionMNIST('data', train=True, transform=transforms.ToTensor())
        sizes = len(train.data), len(train.targets)
        for x, y in torch.utils.data.DataLoader(train, batch_size=32):
            loss = nn.functional.cross_entropy(nn.Linear(784, 10)(x.flatten(1)), y)
        """,
    )
    assert outcome.failures == ()


@absent("torchvision")
def test_what_a_failed_change_in_place_leaves_is_no_second_mistake(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch import nn
        from torchvision import datasets, transforms
        three = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
        net = nn.Linear(784, 1)
        for x, y in torch.utils.data.DataLoader(datasets.MNIST('data', transform=three), batch_size=8):
            real = net(x.view(-1, 784))
            both = real + net(torch.zeros(8, 784))
        """,
    )
    assert outcome.lines == [6]


@absent("pandas", "sklearn")
def test_sparse_matrices_are_made_dense_before_a_tensor_takes_them(tmp_path: Path) -> None:
    text = """
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import MultiLabelBinarizer
weights = TfidfVectorizer(max_features=50).fit_transform(df['text'])
dense = torch.from_numpy(weights.toarray())
words = torch.tensor(CountVectorizer().fit_transform(['the cat sat', 'a dog and a cat']).toarray())
kinds = torch.tensor(MultiLabelBinarizer().fit_transform(df['kinds']))
refused = torch.from_numpy(weights)
net = nn.Linear(5, 2)
net(dense)
net(dense.float())
net(words.float())
out = nn.functional.binary_cross_entropy_with_logits(torch.randn(4, 3), kinds)
"""
    outcome = run(tmp_path, TRAINING + text)
    assert outcome.values["dense"] == ((None, None), "float64")
    assert outcome.values["words"] == ((2, 5), "int64")
    assert outcome.values["kinds"] == ((None, None), "int64")
    assert lines(tmp_path, text)[:2] == ["refused = torch.from_numpy(weights)", "net(dense)"]


@absent("pandas", "transformers")
def test_a_tokenizer_gives_one_row_for_a_cell_and_lists_where_no_tensors_were_asked_for(tmp_path: Path) -> None:
    text = """
from transformers import AutoTokenizer, BertModel
tok = AutoTokenizer.from_pretrained('bert-base-uncased')
one = tok(df['text'].tolist()[3], padding='max_length', truncation=True, max_length=8, return_tensors='pt')
ids = one['input_ids'].squeeze(0)
bert = BertModel.from_pretrained('bert-base-uncased')
lists = tok(['a b', 'c'], padding=True)
rows = torch.tensor(lists['input_ids'])
bert(rows)
bert(lists['input_ids'])
"""
    outcome = run(tmp_path, TRAINING + text)
    assert outcome.values["ids"] == ((8,), "int64")
    assert outcome.values["rows"] == ((2, None), "int64")
    assert lines(tmp_path, text) == ["bert(lists['input_ids'])"]


@absent("skimage", "pandas")
def test_pictures_of_scikit_image_are_resized_to_known_sizes(tmp_path: Path) -> None:
    text = """
from skimage import io
from skimage.color import rgb2gray
from skimage.transform import resize
pictures = [resize(io.imread(name), (32, 24, 3)) for name in ['a.png', 'b.png']]
x = torch.from_numpy(np.array(pictures))
gray = torch.from_numpy(resize(rgb2gray(io.imread('a.png')), (16, 16)))
other = torch.tensor(resize(df['pictures'][0].astype('float32'), (8, 8, 3)))
nn.Conv2d(3, 4, 3)(x.float())
nn.Linear(3, 4)(other)
"""
    outcome = run(tmp_path, TRAINING + text)
    assert outcome.values["x"] == ((None, 32, 24, 3), "float64")
    assert outcome.values["gray"] == ((16, 16), "float64")
    assert lines(tmp_path, text) == ["nn.Conv2d(3, 4, 3)(x.float())"]


def test_an_array_that_a_branch_replaces_is_not_judged_by_its_first_shape(tmp_path: Path) -> None:
    text = """
best = [np.zeros((1, 3, 8, 8))]
picture = torch.randn(1, 3, 8, 8, requires_grad=True)
if (picture.sum() < 3) and np.argmax(picture.detach().numpy()) == 288:
    best = picture.detach().numpy()
first = best[0]
first.transpose(1, 2, 0)
second = np.zeros((1, 3, 8, 8))
second.transpose(1, 2, 0)
"""
    assert run(tmp_path, "import numpy as np\nimport torch\n" + text).lines == [11]
