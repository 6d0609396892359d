"""`python real_graph.py PROGRAM`: runs a program for real and prints, of the first call of each of its models, the
parameters, the floating point operations by torch's own counter, and the layers with what they put out."""

from __future__ import annotations

import json
import sys
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

found: dict[str, Any] = {}
plain = nn.Module.__call__
running: list[str] = []
MORE = {  # torch's own table has only those of GPUs
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: lambda q, k, v, *args, **kwargs: sdpa_flop_count(
        q, k, v
    )
}


def call(self: nn.Module, *args: Any, **kwargs: Any) -> Any:
    name = type(self).__qualname__
    if running:
        output = plain(self, *args, **kwargs)
        if not self._modules and isinstance(output, torch.Tensor):
            found[running[0]]["layers"].append([paths[id(self)], list(output.shape)])
        return output
    if not self._modules:
        return plain(self, *args, **kwargs)
    before = found.get(name)
    paths.update((id(module), path) for path, module in self.named_modules())
    found[name] = {"parameters": sum(p.numel() for p in self.parameters()), "layers": []}
    running.append(name)
    counter = FlopCounterMode(display=False, custom_mapping=MORE)
    try:
        with counter:
            return plain(self, *args, **kwargs)
    except Exception:
        del found[name]
        raise
    finally:
        running.clear()
        if name in found:
            found[name]["flops"] = counter.get_total_flops()
        if before is not None:
            found[name] = before


paths: dict[int, str] = {}
nn.Module.__call__ = call
path = sys.argv[1]
with open(path, encoding="utf-8") as file:
    text = file.read()
sys.stdout, out = sys.stderr, sys.stdout
exec(compile(text, path, "exec"), {"__name__": "__main__", "__file__": path})
print(json.dumps(found), file=out)
