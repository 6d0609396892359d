"""Configuration packages where they are missing: dictionaries whose keys are attributes, and files that are read."""

from __future__ import annotations

import ast
import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

from shapewright.worker.stand_ins import kit, yaml
from shapewright.worker.stand_ins.kit import Unknown, is_unknown


class AttributeDict(dict[Any, Any]):
    """A dictionary whose keys are attributes. What nobody set is Unknown: another file or the command line may."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        for content in args[:1]:
            if isinstance(content, dict):
                kwargs = {**content, **kwargs}
        for key, value in kwargs.items():
            self[key] = value

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, _wrapped(value))

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        self.pop(name, None)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self[name] if name in self else Unknown(name)

    def __missing__(self, key: Any) -> Any:
        return Unknown(str(key))

    def __deepcopy__(self, memo: Any) -> AttributeDict:
        return type(self)({key: _copied(value) for key, value in self.items()})

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of a key, which is set first where it is not."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Set many keys."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def copy(self) -> AttributeDict:
        """A copy that shares no part."""
        return self.__deepcopy__(None)


class CfgNode(AttributeDict):
    """yacs: a configuration that files and command lines override."""

    def clone(self) -> CfgNode:
        """A copy that shares no part."""
        return CfgNode(_copied(self))

    def merge_from_file(self, cfg_filename: Any) -> None:
        """Override by a YAML file."""
        _merge(self, _read(cfg_filename))

    def merge_from_other_cfg(self, cfg_other: Any) -> None:
        """Override by another configuration."""
        _merge(self, cfg_other)

    def merge_from_list(self, cfg_list: Any) -> None:
        """Override by `["A.B", value, …]`."""
        if not isinstance(cfg_list, (list, tuple)):
            return
        for key, value in zip(cfg_list[::2], cfg_list[1::2], strict=False):
            _set(self, str(key), value)

    def __getattr__(self, name: str) -> Any:
        if name in ("freeze", "defrost", "set_new_allowed", "dump"):
            return lambda *args, **kwargs: None
        return super().__getattr__(name)


class OmegaConf:
    """omegaconf's functions. Interpolations (`${a.b}`) are resolved where they name another value."""

    @staticmethod
    def create(obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """A configuration of a dictionary, a list or YAML text."""
        content = yaml.load(obj) if isinstance(obj, str) else {} if obj is None else obj
        return _resolved(_wrapped(content))

    @staticmethod
    def load(file_: Any) -> Any:
        """A configuration of a YAML file."""
        return _resolved(_wrapped(_read(file_)))

    @staticmethod
    def merge(*configs: Any) -> Any:
        """Later ones win."""
        whole = AttributeDict()
        for config in configs:
            _merge(whole, config)
        return whole

    @staticmethod
    def structured(obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """A configuration of a dataclass, which behaves like its instance."""
        return obj() if isinstance(obj, type) else obj

    @staticmethod
    def to_container(cfg: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Plain dictionaries and lists."""
        return _plain(cfg)

    to_object = to_container

    @staticmethod
    def from_cli(*args: Any, **kwargs: Any) -> Any:
        """The command line is empty."""
        return AttributeDict()

    @staticmethod
    def update(cfg: Any = None, key: Any = "", value: Any = None, **kwargs: Any) -> None:
        """Set a value by its dotted path."""
        if isinstance(cfg, dict):
            _set(cfg, str(key), value)

    @staticmethod
    def select(cfg: Any = None, key: Any = "", *args: Any, **kwargs: Any) -> Any:
        """A value by its dotted path."""
        for part in str(key).split("."):
            cfg = cfg.get(part) if isinstance(cfg, dict) else Unknown(part)
        return cfg

    set_struct = set_readonly = register_new_resolver = register_resolver = resolve = staticmethod(
        lambda *args, **kwargs: None
    )
    to_yaml = staticmethod(lambda *args, **kwargs: Unknown("yaml"))
    is_config = is_dict = staticmethod(lambda cfg=None: isinstance(cfg, dict))
    is_list = staticmethod(lambda cfg=None: isinstance(cfg, list))


def hydra_main(config_path: Any = None, config_name: Any = None, **kwargs: Any) -> Callable[[Any], Any]:
    """`@hydra.main`: the function gets its configuration, which is Unknown where it cannot be composed."""

    def decorate(function: Any) -> Any:
        def main(cfg: Any = None) -> Any:
            return function(_composed(function, config_path, config_name) if cfg is None else cfg)

        return main

    return decorate


def _composed(function: Any, folder: Any, name: Any) -> Any:
    """The primary file and, from its list of defaults, the files of its groups."""
    base = os.path.dirname(function.__code__.co_filename)
    if not isinstance(name, str):
        return Unknown("cfg")
    root = os.path.join(base, folder or "")
    path = os.path.join(root, name if name.endswith((".yaml", ".yml")) else name + ".yaml")
    primary = _read(path)
    if not isinstance(primary, dict):
        return Unknown("cfg")
    whole, own = AttributeDict(), False
    for item in primary.pop("defaults", None) or []:
        if item == "_self_":
            _merge(whole, primary)
            own = True
        elif isinstance(item, dict) and len(item) == 1:
            ((group, choice),) = item.items()
            group = str(group).removeprefix("override ").removeprefix("optional ").strip("/")
            content = _read(os.path.join(root, group, f"{choice}.yaml"))
            _merge(whole, {group: content if isinstance(content, dict) else Unknown(group)})
        elif isinstance(item, str):
            _merge(whole, _read(os.path.join(root, item + ".yaml")))
    if not own:
        _merge(whole, primary)
    return _resolved(whole)


def _read(path: Any) -> Any:
    if hasattr(path, "read"):
        return yaml.load(path)
    with contextlib.suppress(OSError, TypeError, ValueError), open(path, encoding="utf-8") as file:
        return yaml.load(file)
    return Unknown("config")


def _wrapped(value: Any) -> Any:
    if type(value) is dict:
        return AttributeDict(value)
    return [_wrapped(item) for item in value] if type(value) is list else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if type(value) is list else value


def _merge(into: Any, new: Any) -> None:
    if not isinstance(new, dict):
        return
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _set(config: Any, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for part in parents:
        config = config.setdefault(part, AttributeDict()) if isinstance(config, dict) else Unknown(part)
    if is_unknown(config):
        return
    if isinstance(value, str):
        with contextlib.suppress(ValueError, SyntaxError):
            value = ast.literal_eval(value)
    config[last] = value


def _resolved(config: Any) -> Any:
    """Replace `${a.b}` by the value of that name, Unknown where there is none."""

    def resolve(value: Any, depth: int) -> Any:
        if isinstance(value, str) and "${" in value:
            name = value[2:-1] if value.startswith("${") and value.endswith("}") and value.count("${") == 1 else ""
            found = OmegaConf.select(config, name) if name and ":" not in name else None
            return Unknown("interpolation") if found is None or depth > 8 else resolve(found, depth + 1)
        if isinstance(value, dict):
            for key, item in value.items():
                dict.__setitem__(value, key, resolve(item, depth))
        elif type(value) is list:
            value[:] = [resolve(item, depth) for item in value]
        return value

    return resolve(config, 0)


def _omegaconf() -> kit.Names:
    return {"OmegaConf": OmegaConf, "DictConfig": AttributeDict, "ListConfig": list, "MISSING": Unknown("MISSING")}


def _hydra() -> kit.Names:
    return {"main": hydra_main}


def _to_absolute_path() -> kit.Names:
    return {"to_absolute_path": lambda path: path, "get_original_cwd": os.getcwd, "get_class": _get_class}


def _get_class(path: Any) -> Any:
    module, _, name = str(path).rpartition(".")
    return getattr(sys.modules.get(module), name, Unknown(name))


MODULES: dict[str, kit.Modules] = {
    "omegaconf": {"omegaconf": _omegaconf},
    "hydra": {"hydra": _hydra, "hydra.utils": _to_absolute_path},
    "easydict": {"easydict": lambda: {"EasyDict": AttributeDict}},
    "addict": {"addict": lambda: {"Dict": AttributeDict}},
    "munch": {"munch": lambda: {"Munch": AttributeDict, "munchify": _wrapped}},
    "dotmap": {"dotmap": lambda: {"DotMap": AttributeDict}},
    "ml_collections": {"ml_collections": lambda: {"ConfigDict": AttributeDict}},
    "yacs": {"yacs.config": lambda: {"CfgNode": CfgNode}},
}
"""Packages with what fills their modules."""
