from pathlib import Path

import pytest

from worker.stand_in_runs import absent, run

pytestmark = absent("torchvision", "PIL")

PARAMETERS = {
    "resnet18": 11689512, "resnet50": 25557032, "resnext50_32x4d": 25028904, "wide_resnet50_2": 68883240,
    "alexnet": 61100840,
    "squeezenet1_1": 1235496, "vgg16": 138357544, "vgg19_bn": 143678248, "densenet121": 7978856,
    "densenet161": 28681000,
    "mobilenet_v2": 3504872, "mobilenet_v3_large": 5483032, "mobilenet_v3_small": 2542856, "efficientnet_b0": 5288548,
    "efficientnet_b4": 19341616, "efficientnet_v2_s": 21458488, "vit_b_16": 86567656, "googlenet": 13004888,
    "inception_v3": 27161264,
}  # fmt: skip
"""As torchvision counts them."""


@pytest.mark.parametrize("name", PARAMETERS)
def test_models_have_the_parameters_and_outputs_of_the_real_ones(name: str) -> None:
    import torch

    from shapewright.worker.stand_ins.vision.models import BUILDERS

    size = 299 if name == "inception_v3" else 224
    with torch.device("meta"):
        model = BUILDERS[name]()
        outputs = model.eval()(torch.empty(2, 3, size, size))
    assert sum(p.numel() for p in model.parameters()) == PARAMETERS[name]
    assert outputs.shape == (2, 1000)


def test_what_people_touch_in_models_is_where_it_is(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torchvision import models
        from torchvision.models import ResNet50_Weights
        resnet = models.resnet50(weights=ResNet50_Weights.DEFAULT)
        a = resnet.fc.in_features
        body = torch.nn.Sequential(*list(resnet.children())[:-2])(torch.randn(2, 3, 64, 64))
        b = models.vgg16(pretrained=True).classifier[6].in_features
        c = models.densenet121().classifier.in_features
        d = models.mobilenet_v2().classifier[1].in_features
        e = models.efficientnet_b0().classifier[1].in_features
        f = models.vit_b_16().heads.head.in_features
        state = resnet.layer4[2].conv3.weight
        resnet.fc = torch.nn.Linear(2048, 7)
        out = resnet(torch.randn(4, 3, 224, 224))
        train = models.inception_v3(init_weights=False)(torch.randn(2, 3, 299, 299))
        logits = train.logits
        """,
    )
    assert outcome.failures == ()
    assert outcome.values["body"] == ((2, 2048, 2, 2), "float32")
    assert [outcome.values[n] for n in "abcdef"] == ["2048", "4096", "1024", "1280", "1280", "768"]
    assert outcome.values["state"] == ((2048, 512, 1, 1), "float32")
    assert outcome.values["out"] == ((4, 7), "float32")
    assert outcome.values["logits"] == ((2, 1000), "float32")


def test_a_model_with_weights_has_a_thousand_classes(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torchvision import models
        model = models.resnet18(pretrained=True, num_classes=10)
        other = models.resnet18(num_classes=10)
        out = other(torch.randn(2, 1, 64, 64))
        """,
    )
    assert outcome.lines == [3, 5]
    assert "expected value 1000 but got 10" in outcome.message(3)
    assert "to have 3 channels, but got 1 channels" in outcome.message(5)


@pytest.mark.parametrize(
    ("make", "count", "shape", "last"),
    [
        ("datasets.MNIST('d', train=True, download=True, transform=t)", 60000, (1, 28, 28), 9),
        ("datasets.FashionMNIST('d', False, t)", 10000, (1, 28, 28), 9),
        ("datasets.EMNIST('d', split='letters', train=True, transform=t)", 124800, (1, 28, 28), 26),
        ("datasets.CIFAR10(root='d', train=False, transform=t)", 10000, (3, 32, 32), 9),
        ("datasets.CIFAR100('d', transform=t)", 50000, (3, 32, 32), 99),
        ("datasets.SVHN('d', split='extra', transform=t)", 531131, (3, 32, 32), 9),
        ("datasets.STL10('d', split='test', transform=t)", 8000, (3, 96, 96), 9),
        ("datasets.USPS('d', transform=t)", 7291, (1, 16, 16), 9),
        ("datasets.Flowers102('d', split='test', transform=r)", 6149, (3, 64, 64), 101),
        ("datasets.ImageNet('d', split='val', transform=r)", 50000, (3, 64, 64), 999),
        ("datasets.Food101('d', transform=r)", 75750, (3, 64, 64), 100),
        ("datasets.FakeData(size=40, image_size=(3, 20, 30), num_classes=4, transform=t)", 40, (3, 20, 30), 3),
    ],
)
def test_data_sets_have_their_true_length_size_and_classes(
    tmp_path: Path, make: str, count: int, shape: tuple[int, ...], last: int
) -> None:
    outcome = run(
        tmp_path,
        f"""
        from torchvision import datasets, transforms
        t = transforms.ToTensor()
        r = transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor()])
        data = {make}
        count = len(data)
        image, label = data[0]
        top = max(data[i][1] for i in range({last} + 5))
        """,
    )
    assert outcome.failures == () and outcome.notes == ()
    assert outcome.values["count"] == str(count)
    assert outcome.values["image"] == (shape, "float32")
    assert outcome.values["top"] == str(last)


def test_arrays_and_targets_of_data_sets(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torchvision import datasets, transforms
        mnist = datasets.MNIST('d')
        a, b = mnist.data, mnist.targets
        cifar = datasets.CIFAR10('d')
        c = cifar.data
        d = torch.tensor(cifar.targets)
        e = len(cifar.classes)
        f = cifar.class_to_idx['frog']
        svhn = datasets.SVHN('d', split='test')
        g, h = svhn.data, svhn.labels
        pairs = datasets.CelebA('d', target_type=['attr', 'landmarks'], transform=transforms.ToTensor())
        image, (attr, marks) = pairs[0]
        voc = datasets.VOCSegmentation('d', transform=transforms.Resize((32, 32)), target_transform=transforms.Compose([
            transforms.Resize((32, 32)), transforms.PILToTensor()]))
        picture, mask = voc[0]
        """,
    )
    assert outcome.failures == () and outcome.notes == ()
    values = outcome.values
    assert values["a"] == ((60000, 28, 28), "uint8") and values["b"] == ((60000,), "int64")
    assert values["c"] == ((50000, 32, 32, 3), "uint8") and values["d"] == ((50000,), "int64")
    assert values["e"] == "10" and values["f"] == "6"
    assert values["g"] == ((26032, 3, 32, 32), "uint8") and values["h"] == ((26032,), "int64")
    assert values["image"] == ((3, 218, 178), "float32")
    assert values["attr"] == ((40,), "int64") and values["marks"] == ((10,), "int64")
    assert values["mask"] == ((1, 32, 32), "uint8")


def test_a_loader_gives_batches_the_last_one_smaller_and_labels_of_all_classes(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torch import nn
        from torchvision import datasets, transforms
        from torch.utils.data import DataLoader, random_split
        data = datasets.CIFAR100('d', transform=transforms.ToTensor(), download=True)
        train, val = random_split(data, [45000, 5000])
        sizes = []
        for images, labels in DataLoader(val, batch_size=64, shuffle=True):
            sizes.append(images.shape[0])
        model = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10))
        for images, labels in DataLoader(train, batch_size=128, shuffle=True, drop_last=True):
            loss = nn.functional.cross_entropy(model(images), labels)
        a, b = len(train), len(val)
        c = sizes[-1]
        """,
    )
    assert outcome.lines == [12]
    assert "out of bounds" in outcome.message(12)
    assert outcome.values["a"] == "45000" and outcome.values["b"] == "5000" and outcome.values["c"] == "8"


def test_mistakes_in_transforms_are_found_where_they_strike(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torchvision import datasets, transforms
        from torch.utils.data import DataLoader
        three = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])
        image, label = datasets.MNIST('d', transform=three)[0]
        early = transforms.Compose([transforms.Normalize((0.5,), (0.5,)), transforms.ToTensor()])
        for batch, labels in DataLoader(datasets.MNIST('d', transform=early), batch_size=8):
            pass
        for batch, labels in DataLoader(datasets.CIFAR10('d'), batch_size=8):
            pass
        twice = transforms.ToTensor()(torch.zeros(3, 8, 8))
        large = transforms.RandomCrop(64)(torch.zeros(3, 32, 32))
        bytes_ = transforms.Normalize((0.5,), (0.5,))(torch.zeros(1, 8, 8, dtype=torch.uint8))
        right = transforms.RandomCrop(32, padding=4)(torch.zeros(3, 32, 32))
        """,
    )
    assert outcome.lines == [5, 7, 9, 11, 12, 13]
    assert "doesn't match the broadcast shape [3, 28, 28]" in outcome.message(5)
    assert "img should be Tensor Image" in outcome.message(7)
    assert "default_collate" in outcome.message(9)
    assert "pic should be PIL Image or ndarray" in outcome.message(11)
    assert "larger than input image size (32, 32)" in outcome.message(12)
    assert "float tensor. Got torch.uint8" in outcome.message(13)
    assert outcome.values["right"] == ((3, 32, 32), "float32")


def test_version_two_spreads_one_channel_where_version_one_refuses(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        from torchvision.transforms import v2
        from torchvision import datasets, tv_tensors
        t = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize((0.5,) * 3, (0.5,) * 3)])
        image, label = datasets.MNIST('d', transform=t)[0]
        pair = v2.Resize((16, 20))(tv_tensors.Image(torch.zeros(3, 8, 8)), tv_tensors.Mask(torch.zeros(1, 8, 8)))
        first, second = pair
        sample = v2.Resize(10)({'image': tv_tensors.Image(torch.zeros(3, 20, 40)), 'label': torch.tensor(3)})
        inner, label = sample['image'], sample['label']
        """,
    )
    assert outcome.failures == ()
    assert outcome.values["image"] == ((3, 28, 28), "float32")
    assert outcome.values["first"] == ((3, 16, 20), "float32") and outcome.values["second"] == ((1, 16, 20), "float32")
    assert outcome.values["inner"] == ((3, 10, 20), "float32")


@pytest.mark.parametrize(
    ("transform", "size", "wanted"),
    [
        ("Resize(16)", (50, 37), (21, 16)), ("Resize((16, 20))", (50, 37), (20, 16)), ("Resize(32, max_size=40)", (50,
        20), (40, 16)),
        ("CenterCrop((10, 60))", (50, 37), (60, 10)), ("Pad((1, 2))", (50, 37), (52, 41)), ("Pad((1, 2, 3, 4))", (50,
        37), (54, 43)),
        ("RandomCrop(40, pad_if_needed=True)", (28, 28), (40, 40)), ("RandomResizedCrop(18)", (28, 28), (18, 18)),
        ("RandomRotation(20)", (28, 30), (28, 30)), ("GaussianBlur(3)", (28, 30), (28, 30)),
    ],
)  # fmt: skip
def test_sizes_of_pictures_after_transforms(transform: str, size: tuple[int, int], wanted: tuple[int, int]) -> None:
    from shapewright.worker.stand_ins import pil
    from shapewright.worker.stand_ins.vision import names

    result = eval(transform, names.CLASSES)(pil.new("RGB", size))
    assert (result.size, result.mode) == (wanted, "RGB")


def test_a_picture_whose_file_is_missing_has_an_unknown_size(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import numpy as np
        import torch
        from PIL import Image
        from torchvision import transforms
        picture = Image.open('missing.jpg').convert('L')
        free = transforms.ToTensor()(picture)
        out = torch.nn.Linear(100, 10)(free.flatten())
        fixed = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor()])(picture)
        bad = torch.nn.Conv2d(3, 4, 3)(fixed)
        array = np.array(Image.new('RGB', (30, 20)))
        back = Image.fromarray(array).resize((12, 10))
        tensor = transforms.ToTensor()(back)
        half = Image.fromarray(np.zeros((4, 5, 3), dtype=np.float64))
        unknown = torch.from_numpy(np.array(picture))
        """,
    )
    assert outcome.lines == [9, 13]
    assert "Cannot handle this data type" in outcome.message(13)
    assert outcome.values["free"] == ((1, None, None), "float32")
    assert outcome.values["fixed"] == ((1, 224, 224), "float32")
    assert outcome.values["array"] == ((20, 30, 3), "uint8")
    assert outcome.values["tensor"] == ((3, 10, 12), "float32")


def test_a_folder_of_pictures_that_is_there_has_its_classes(tmp_path: Path) -> None:
    for name, count in (("cat", 3), ("dog", 2)):
        (tmp_path / "train" / name).mkdir(parents=True)
        for number in range(count):
            (tmp_path / "train" / name / f"{number}.jpg").write_bytes(b"")
    outcome = run(
        tmp_path,
        """
        from torchvision import datasets, transforms
        t = transforms.Compose([transforms.RandomResizedCrop(32), transforms.ToTensor()])
        there = datasets.ImageFolder('train', t)
        a, b, c = len(there), len(there.classes), there[4][1]
        image = there[0][0]
        gone = datasets.ImageFolder('nowhere', t)
        other = gone[0][0]
        names = gone.classes
        """,
    )
    assert outcome.failures == ()
    assert [outcome.values[n] for n in "abc"] == ["5", "2", "1"]
    assert outcome.values["image"] == outcome.values["other"] == ((3, 32, 32), "float32")


def test_grids_of_pictures(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import torch
        import torchvision
        grid = torchvision.utils.make_grid(torch.randn(16, 1, 28, 28))
        rows = torchvision.utils.make_grid([torch.zeros(3, 8, 8)] * 6, nrow=3, padding=1)
        one = torchvision.utils.make_grid(torch.randn(1, 3, 5, 5))
        torchvision.utils.save_image([torch.zeros(3, 8, 8), torch.zeros(3, 8, 9)], 'x.png')
        """,
    )
    assert outcome.lines == [6]
    assert outcome.values["grid"] == ((3, 62, 242), "float32")
    assert outcome.values["rows"] == ((3, 19, 28), "float32")
    assert outcome.values["one"] == ((3, 5, 5), "float32")


def test_a_picture_that_is_not_there_has_as_many_channels_as_the_layers_want(tmp_path: Path) -> None:
    outcome = run(
        tmp_path,
        """
        import numpy as np, torch
        from torch import nn
        from PIL import Image
        from torchvision import transforms
        change = transforms.Compose([transforms.Resize((64, 48)), transforms.ToTensor()])
        any_ = change(Image.open('x.jpg'))
        grey = change(Image.open('x.jpg').convert('L'))
        mask = np.array(Image.open('m.png').resize((32, 32)))
        plane = np.zeros((32, 32, 3))
        plane[:, :, 0] = mask / 255
        red, green, blue = Image.open('x.jpg').split()
        one, three = nn.Conv2d(1, 4, 3)(any_[None]), nn.Conv2d(3, 4, 3)(any_[None])
        wrong = nn.Conv2d(3, 4, 3)(grey[None])
        """,
    )
    assert outcome.lines == [13]
    assert outcome.values["any_"] == ((None, 64, 48), "float32")
