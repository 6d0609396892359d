"""`torch.distributed` as a group of one process: nothing is sent, and what is gathered is what this process gave."""

from __future__ import annotations

import contextlib
from typing import Any

import torch
import torch.distributed
import torch.utils._pytree as pytree
from torch.nn.parallel import DistributedDataParallel

from shapewright.worker.stand_ins.kit import Unknown

_IN_PLACE = """
    all_reduce broadcast reduce all_gather gather scatter reduce_scatter all_to_all all_to_all_single barrier
    monitored_barrier all_gather_into_tensor reduce_scatter_tensor all_gather_coalesced all_reduce_coalesced send recv
    broadcast_object_list scatter_object_list gather_object send_object_list recv_object_list destroy_process_group
    isend irecv batch_isend_irecv
"""
_REMOTE = ("rpc_async", "rpc_sync", "remote", "RRef", "init_rpc", "shutdown", "get_worker_info")


class _Group:
    """Whether the group was made in this run."""

    made = False


def patches() -> list[tuple[Any, str, Any]]:
    """What to replace in torch for the time of a run."""
    distributed: Any = torch.distributed
    if not distributed.is_available():
        return []
    _Group.made = False
    values: dict[str, Any] = {
        **dict.fromkeys(_IN_PLACE.split(), communicate),
        "init_process_group": init_process_group,
        "is_initialized": lambda: _Group.made,
        "is_nccl_available": lambda: True,
        "is_torchelastic_launched": lambda: False,
        "get_rank": lambda group=None: 0,
        "get_group_rank": lambda group, global_rank: 0,
        "get_node_local_rank": lambda fallback_rank=None: 0,
        "get_world_size": lambda group=None: 1,
        "get_backend": lambda group=None: "nccl",
        "all_gather_object": all_gather_object,
        "new_group": lambda *args, **kwargs: Unknown("group"),
        "new_subgroups": lambda *args, **kwargs: Unknown("groups"),
    }
    made = [(distributed, name, value) for name, value in values.items() if hasattr(distributed, name)]
    remote = getattr(distributed, "rpc", None)
    made += [(remote, name, Unknown(name)) for name in _REMOTE if hasattr(remote, name)]
    replica: Any = DistributedDataParallel
    return [
        *made,
        (replica, "__init__", wrap),
        (replica, "forward", forward),
        (replica, "train", torch.nn.Module.train),
        (replica, "no_sync", lambda self: contextlib.nullcontext()),
        (replica, "join", lambda self, *args, **kwargs: contextlib.nullcontext()),
    ]


def init_process_group(*args: Any, **kwargs: Any) -> None:
    """The group is there."""
    _Group.made = True


def communicate(*args: Any, async_op: bool = False, **kwargs: Any) -> Any:
    """With one process every tensor keeps its shape, and is what it was."""
    return Unknown("work") if async_op else None


def all_gather_object(object_list: Any, obj: Any, *args: Any, **kwargs: Any) -> None:
    """The object of the only process."""
    if isinstance(object_list, list) and object_list:
        object_list[0] = obj


def wrap(self: Any, module: torch.nn.Module, device_ids: Any = None, *args: Any, **kwargs: Any) -> None:
    """The module inside, with no reducer around its parameters."""
    torch.nn.Module.__init__(self)
    self.module, self.device_ids = module, device_ids
    self.require_backward_grad_sync = True


def forward(self: Any, *inputs: Any, **kwargs: Any) -> Any:
    """One replica does it all, on its GPU, where the inputs are brought."""
    devices = {p.device for p in self.module.parameters()} if self.device_ids else set()
    if len(devices) == 1:
        device = devices.pop()
        inputs, kwargs = pytree.tree_map_only(torch.Tensor, lambda t: t.to(device), (inputs, kwargs))
    return self.module(*inputs, **kwargs)
