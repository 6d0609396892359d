"""From an exception to a `wire.Failure`: where it stands, what was given, where that is from, whether it is certain."""

from __future__ import annotations

from dataclasses import replace
from types import FrameType
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from shapewright import wire
from shapewright.worker.echoes import is_echo
from shapewright.worker.followups import is_followup, is_of_nothing, settle
from shapewright.worker.info import (
    Node,
    describe,
    dtype_name,
    info_of,
    is_soft,
    module_fact,
    no_dispatch,
    sample_values,
)
from shapewright.worker.layers import refuses_every_size
from shapewright.worker.names import operation, parameter_names, quoted, short, signature_names
from shapewright.worker.oracle import cause_of, fails_for_every_dtype, fails_for_every_size
from shapewright.worker.probing import Place, refused
from shapewright.worker.sites import Where, inside
from shapewright.worker.state import State
from shapewright.worker.symbols import named
from shapewright.worker.unknown import Unknown, is_soft_size, is_unknown

HISTORY = 6


class Reporter:
    """Turns exceptions into failures of the run."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.root: torch.nn.Module | None = None

    def place(self, frame: FrameType | None) -> Place:
        """Where the deepest workspace frame at or above `frame` stands."""
        nearest = self.state.places.nearest(frame)
        if nearest is None:
            return "", None
        return nearest.f_code.co_filename, self.state.places.raw(nearest)

    # ---------------------------------------------------------------------------------------- failing torch calls

    def torch_call(
        self,
        func: Any,
        args: Any,
        kwargs: Any,
        tensors: list[torch.Tensor],
        error: Exception,
        frame: FrameType,
        soft: bool = False,
        also: tuple[wire.Operand, ...] = (),
    ) -> None:
        """A torch function raised: raise it on where the user's code expects that, report it where it is certain."""
        places = self.state.places
        nearest = places.nearest(frame)
        if nearest is None or not is_plain(error) or places.caught_by_probe(frame, error):
            if self.state.probing and (nearest is None or not is_plain(error)):
                raise refused(error, func, args, kwargs, None)
            self.remember(error)
            raise error
        op = operation(func)
        if soft or self._doubted(nearest) or (Unknown.decided and is_of_nothing(args, tensors)):
            self.doubt(error, self.place(nearest))
            return
        if (
            any(is_soft(t) for t in tensors)
            and "same device" not in str(error)
            and (
                self.state.probing
                or not (fails_for_every_size(func, args, kwargs) or cause_of(func, args, kwargs) == "dtype")
            )
        ):
            if self.state.probing and self.state.watch is not None:
                self.state.watch.vague = True
            self.doubt(error, self.place(nearest))
            return
        if any((i := info_of(t)) is not None and i.soft_dtype for t in tensors) and (
            self.state.probing or not fails_for_every_dtype(func, args, kwargs)
        ):
            self.doubt(error, self.place(nearest))
            return
        if self.state.probing:
            if self._passes_over(place := self.place(nearest)):
                return
            raise refused(error, func, args, kwargs, place)
        names = parameter_names(func, len(args))
        operands: list[wire.Operand] = []
        arguments: dict[str, str] = {}
        for name, value in [*zip(names, args, strict=False), *kwargs.items()]:
            self._sort_argument(name, value, operands, arguments, nearest)
        facts = {"cause": "device" if _of_device(error) else cause_of(func, args, kwargs)}
        if is_followup(facts["cause"], tensors):
            return
        if facts["cause"] == "device" and self.state.asked_for_gpu:
            facts["conditional"] = "cuda"
        if is_echo(self.state, op, facts["cause"], self._modules(frame)[0], tensors):
            facts["echo"] = "true"
        self.add(op, error, frame, (*operands, *also), arguments, facts)
        settle(facts["cause"], tensors)

    def _sort_argument(
        self, name: str, value: Any, operands: list[wire.Operand], arguments: dict[str, str], frame: FrameType
    ) -> None:
        if isinstance(value, torch.Tensor):
            operands.append(self.operand(name, value, frame))
        elif isinstance(value, (tuple, list)) and any(isinstance(v, torch.Tensor) for v in value):
            for index, item in enumerate(value[:6]):
                if isinstance(item, torch.Tensor):
                    operands.append(self.operand(f"{name}[{index}]", item, frame))
        elif isinstance(value, slice) or not isinstance(value, torch.nn.Module):
            arguments[name] = short(value)

    def operand(self, name: str, tensor: torch.Tensor, frame: FrameType | None) -> wire.Operand:
        """One tensor operand with its history."""
        value = named(describe(tensor) or wire.Value("unknown", "Tensor"), self.state.symbols)
        known = sample_values(tensor)
        if (
            known is not None
            and known.numel()
            and known.dtype in (torch.int64, torch.int32, torch.uint8, torch.bool, torch.float32, torch.float64)
        ):
            with no_dispatch(), _disable_current_modes():
                low, high = known.min().item(), known.max().item()
            value = wire.Value(value.kind, value.type, value.tensor, text=f"{low}..{high}")
        history = self.history(tensor)
        return wire.Operand(name, value, self._operand_span(tensor, frame), history, not is_soft(tensor))

    def _operand_span(self, tensor: torch.Tensor, frame: FrameType | None) -> wire.Span | None:
        """The expression in the failing call that holds this very tensor."""
        if frame is None:
            return None
        path = frame.f_code.co_filename
        around = self.state.places.raw(frame)
        table = self.state.places.files[path]
        if around is None:
            return None
        best: Where | None = None
        for number, value in enumerate(self.state.last.get(path, ())):
            if value is tensor:
                at = table.sites[number].where
                if inside(at, around) and at != around and (best is None or inside(best, at)):
                    best = at
        return wire.Span(path, *best) if best else None

    def history(self, tensor: torch.Tensor) -> tuple[wire.Step, ...]:
        """Back from a tensor to where it was made: along the first operand, a step for each place in the workspace."""
        info = info_of(tensor)
        node = info.node if info is not None else None
        steps: list[wire.Step] = []
        seen: set[int] = set()
        while node is not None and len(steps) < HISTORY and id(node) not in seen:
            seen.add(id(node))
            if node.where is not None and node.path:
                shown = self.state.places.shown(node.path, node.where)
                span = wire.Span(node.path, *shown)
                if not steps or steps[-1].span != span:
                    value = named(_node_value(node), self.state.symbols)
                    kind = "changed" if node.parents else "made"
                    steps.append(wire.Step(node.op, span, value, kind, self._layer(node), self._other(node)))
                elif steps[-1].layer is None:  # several operations at one place, as in a Sequential
                    steps[-1] = replace(steps[-1], layer=self._layer(node))
            node = node.parents[0] if node.parents else None
        return tuple(steps)

    def _layer(self, node: Node) -> wire.Span | None:
        """Where the layer was made whose weights an operation took."""
        with_weights = node.op in ("linear", "bilinear") or node.op.startswith("conv")
        return self._birth(node.parents[1]) if with_weights and len(node.parents) > 1 else None

    def _other(self, node: Node) -> wire.Span | None:
        """Where the operand was made whose dtype the first one took."""
        if not node.parents or node.parents[0].dtype == node.dtype:
            return None
        given = next((parent for parent in node.parents[1:] if parent.dtype == node.dtype), None)
        return self._birth(given) if given is not None else None

    def _birth(self, node: Node) -> wire.Span | None:
        for _ in range(HISTORY):
            if not node.parents:
                break
            node = node.parents[0]
        if node.where is None or not node.path:
            return None
        return wire.Span(node.path, *self.state.places.shown(node.path, node.where))

    # ------------------------------------------------------------------------------------------ library exceptions

    def library_module(
        self, module: torch.nn.Module, args: Any, kwargs: Any, error: Exception, frame: FrameType
    ) -> bool:
        """A layer of the library raised in Python (a check in nn.LSTM). False: raise it on."""
        places = self.state.places
        nearest = places.nearest(frame)
        if (
            nearest is None
            or not is_plain(error)
            or id(error) in self.state.handled
            or places.caught_by_probe(frame, error)
        ):
            self.remember(error)
            return False
        tensors = [v for v in [*args, *kwargs.values()] if isinstance(v, torch.Tensor)]
        if (
            self._doubted(nearest)
            or (
                any(is_soft(t) for t in tensors)
                and (self.state.probing or not refuses_every_size(module, args, kwargs))
            )
            or any(is_unknown(a) for a in [*args, *kwargs.values()])
        ):
            self.doubt(error, self.place(nearest))
            return True
        if self.state.probing:
            if self._passes_over(place := self.place(nearest)):
                return True
            raise refused(error, module, args, kwargs, place)
        names = signature_names(type(module).forward, len(args) + 1)[1:]
        operands: list[wire.Operand] = []
        arguments: dict[str, str] = {}
        for name, value in [*zip(names, args, strict=False), *kwargs.items()]:
            self._sort_argument(name, value, operands, arguments, nearest)
            if isinstance(value, tuple):
                arguments.pop(name, None)
                for index, item in enumerate(value):
                    if isinstance(item, torch.Tensor) and not any(o.name == f"{name}[{index}]" for o in operands):
                        operands.append(self.operand(f"{name}[{index}]", item, nearest))
        op, facts = f"torch.nn.{type(module).__name__}", {"cause": "shape"}
        if is_echo(self.state, op, "shape", module, tensors):
            facts["echo"] = "true"
        self.add(op, error, frame, tuple(operands), arguments, facts, module)
        return True

    def silent(
        self,
        kind: str,
        op: str,
        message: str,
        tensors: list[tuple[str, torch.Tensor]],
        frame: FrameType,
        facts: dict[str, str] | None = None,
        hold: bool = False,
        module: torch.nn.Module | None = None,
    ) -> wire.Failure | None:
        """A mistake that PyTorch lets pass, with a warning at most. `hold`: the caller reports it, once it is sure."""
        nearest = self.state.places.nearest(frame)
        if nearest is None or self.state.probing or self._doubted(nearest):
            return None
        operands = tuple(self.operand(name, tensor, nearest) for name, tensor in tensors)
        count = len(self.state.failures)
        self.add(op, UserWarning(message), frame, operands, {}, {**(facts or {}), "cause": "silent"}, module, kind=kind)
        return self.state.failures.pop() if hold and len(self.state.failures) > count else None

    # --------------------------------------------------------------------------------------------- building

    def add(
        self,
        op: str,
        error: BaseException,
        frame: FrameType | None,
        operands: tuple[wire.Operand, ...] = (),
        arguments: dict[str, str] | None = None,
        facts: dict[str, str] | None = None,
        module: torch.nn.Module | None = None,
        stack: list[tuple[FrameType, Where]] | None = None,
        kind: str = "error",
    ) -> None:
        """Report a failure at the deepest workspace frame, once for each place and cause."""
        places = self.state.places
        self.state.refusals += 1
        if stack is None:
            stack = places.stack(frame)
        if not stack or self.state.quiet:
            return
        deepest, at = stack[-1]
        path = deepest.f_code.co_filename
        if not self._may_report((path, at)):
            return
        shown = places.shown(path, at)
        shapes = tuple((o.name, o.value.tensor.shape, o.value.tensor.dtype) for o in operands if o.value.tensor)
        kind_key = f"{kind} with a GPU" if "conditional" in (facts or {}) else kind
        key = (
            path,
            shown,
            op,
            kind_key,
            (facts or {}).get("cause"),
            shapes if self.state.evidence == "script" else None,
        )
        if key in self.state.reported or (path, shown, op, kind_key, "any") in self.state.reported:
            return
        found, owner = self._modules(frame)
        self.state.reported.update((key, (path, shown, op, kind_key, "any")))
        span = wire.Span(path, *shown)
        if kind == "error" and any(f.kind == kind and f.span == span and f.op != op for f in self.state.failures):
            # A call of a library ends with its first error: what its inside does after that is ours.
            facts = {**(facts or {}), "echo": "true"}
        self.state.failures.append(
            wire.Failure(
                op=op,
                span=span,
                exception=type(error).__name__,
                message=quoted(str(error)),
                stack=places.wire_frames(stack),
                operands=operands,
                arguments=arguments or {},
                module=self.module(module if module is not None else found),
                owner=self.module(owner),
                evidence=self.state.evidence,
                target=self.state.target,
                declared=self.state.declared,
                kind=kind,
                facts=facts or {},
            )
        )

    def _passes_over(self, place: Any) -> bool:
        """Whether a probing run goes past a failure that is known already."""
        return self.state.accepted is not None and place in self.state.accepted

    def _may_report(self, place: Place) -> bool:
        """On inputs that nobody gave, only what was found to fail for all of them."""
        return self.state.accepted is None or place in self.state.accepted

    def module(self, module: torch.nn.Module | None) -> wire.ModuleFact | None:
        """A module's fact with its birth place and the attribute it was assigned to."""
        if module is None:
            return None
        fact = module_fact(module)
        return wire.ModuleFact(
            fact.type, fact.path, fact.settings, fact.parameters, fact.count, fact.library,
            self.state.births.get(module), self.state.declarations.get(module),
        )  # fmt: skip

    def _modules(self, frame: FrameType | None) -> tuple[torch.nn.Module | None, torch.nn.Module | None]:
        """The innermost library layer that runs below the deepest workspace frame, and the workspace module around."""
        layer: torch.nn.Module | None = None
        nearest = self.state.places.nearest(frame)
        while frame is not None:
            if frame.f_code.co_name in {"forward", "_call_impl"} or frame is nearest:
                owner = frame.f_locals.get("self")
                if isinstance(owner, torch.nn.Module):
                    if frame is nearest:
                        return layer, owner
                    if layer is None and type(owner).__module__.startswith("torch."):
                        layer = owner
            if frame is nearest:
                return layer, None
            frame = frame.f_back
        return layer, None

    def remember(self, error: BaseException) -> None:
        """This exception was dealt with: guards that meet it do not report it again."""
        self.state.handled.add(id(error))
        self.state.kept_errors.append(error)  # an id is only unique while the object lives

    def doubt(self, error: BaseException, place: Place) -> None:
        """Keep that something failed which is not reported: a repair after which it does is none."""
        path, at = place
        if at is not None and path and not self.state.probing and not self.state.quiet:
            span = wire.Span(path, *self.state.places.shown(path, at))
            self.state.doubts[wire.Doubt(span, type(error).__name__)] = None

    def _doubted(self, frame: FrameType | None) -> bool:
        while frame is not None:
            if any(frame is doubt for doubt in self.state.doubtful):
                return True
            frame = frame.f_back
        return False

    doubted = _doubted


def is_plain(error: BaseException) -> bool:
    """Whether the exception is of a kind that says what is wrong with a call; libraries use others as signals."""
    return type(error).__module__.partition(".")[0] in {"builtins", "einops"}


def _of_device(error: BaseException) -> bool:
    return any(part in str(error) for part in ("same device", "device type tensor to numpy"))


def _node_value(node: Node) -> wire.Value:
    shape = tuple(None if is_soft_size(size) else size for size in node.shape)
    return wire.Value("tensor", "Tensor", wire.TensorFact(shape, dtype_name(node.dtype)))
