"""torchvision: which module holds what."""

from __future__ import annotations

from shapewright.worker.stand_ins import kit
from shapewright.worker.stand_ins.vision import datasets, folder, functional, models, names, reading, utils, v2
from shapewright.worker.stand_ins.vision.nets import densenet, efficient, inception, mobile, plain, resnet, vit


def _datasets() -> kit.Names:
    return {
        **datasets.CLASSES, "VisionDataset": datasets.VisionDataset,
        "ImageFolder": folder.ImageFolder,
        "DatasetFolder": folder.DatasetFolder, "wrap_dataset_for_transforms_v2": lambda dataset, *a,
        **k: dataset,
    }  # fmt: skip


def _folder() -> kit.Names:
    return {
        "ImageFolder": folder.ImageFolder, "DatasetFolder": folder.DatasetFolder,
        "default_loader": folder.default_loader,
        "pil_loader": folder.default_loader, "IMG_EXTENSIONS": folder.IMG_EXTENSIONS,
        "is_image_file": lambda name: str(name).lower().endswith(folder.IMG_EXTENSIONS),
    }  # fmt: skip


MODULES: kit.Modules = {
    "torchvision": lambda: {
        "__version__": "0.20.0",
        "set_image_backend": lambda backend: None,
        "get_image_backend": lambda: "PIL",
    },
    "torchvision.datasets": _datasets,
    "torchvision.datasets.folder": _folder,
    **{
        f"torchvision.datasets.{name}": _datasets
        for name in (
            "mnist",
            "cifar",
            "vision",
            "svhn",
            "stl10",
            "celeba",
            "voc",
            "coco",
            "fakedata",
            "imagenet",
            "utils",
        )
    },
    "torchvision.transforms": names.names,
    "torchvision.transforms.transforms": names.names,
    "torchvision.transforms.functional": functional.names,
    "torchvision.transforms.functional_tensor": functional.names,
    "torchvision.transforms.autoaugment": names.names,
    "torchvision.transforms.v2": v2.names,
    "torchvision.transforms.v2.functional": v2.functional_names,
    "torchvision.tv_tensors": lambda: v2.TV_TENSORS,
    "torchvision.datapoints": lambda: v2.TV_TENSORS,
    "torchvision.io": reading.names,
    "torchvision.utils": utils.utils,
    "torchvision.ops": utils.ops,
    "torchvision.ops.misc": utils.ops,
    "torchvision.models": models.names,
    "torchvision.models.resnet": models.of_net(resnet),
    "torchvision.models.alexnet": models.of_net(plain),
    "torchvision.models.vgg": models.of_net(plain),
    "torchvision.models.squeezenet": models.of_net(plain),
    "torchvision.models.densenet": models.of_net(densenet),
    "torchvision.models.mobilenet": models.of_net(mobile),
    "torchvision.models.mobilenetv2": models.of_net(mobile),
    "torchvision.models.mobilenetv3": models.of_net(mobile),
    "torchvision.models.efficientnet": models.of_net(efficient),
    "torchvision.models.vision_transformer": models.of_net(vit),
    "torchvision.models.inception": models.of_net(inception),
    "torchvision.models.googlenet": models.of_net(inception),
    "torchvision.models.segmentation": dict,
    "torchvision.models.detection": dict,
    "torchvision.models.video": dict,
    "torchvision.models.feature_extraction": dict,
}
