"""One session after any sequence of edits answers as a fresh one would."""

from __future__ import annotations

import random
import textwrap
from pathlib import Path

import pytest

from worker.driver import Driver

PROBE = """
import builtins, contextvars, decimal, gc, locale, logging, os, random, signal, sys, threading, time, warnings
import numpy, torch
import torch.nn.functional as F
from torch.nn.modules import module as modules
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("default")
    warnings.warn("seen before?")
out = dict(
    dtype=torch.tensor(1.0).dtype, device=torch.empty(1).device, grad=torch.is_grad_enabled(),
    draws=(random.random(), numpy.random.rand(), torch.rand(1).item(), torch.initial_seed()),
    deterministic=(torch.are_deterministic_algorithms_enabled(), torch.backends.cudnn.benchmark),
    autocast=(torch.is_autocast_enabled("cpu"), torch.get_autocast_dtype("cpu"), torch.is_autocast_cache_enabled()),
    threads=(torch.get_num_threads(), threading.active_count(), threading.stack_size()),
    precision=torch.get_float32_matmul_precision(), anomaly=torch.is_anomaly_enabled(),
    printed=(str(torch.tensor(1 / 3)), str(numpy.array([1 / 3]))), errors=numpy.geterr(),
    hooks=(len(modules._global_forward_hooks), len(modules._global_forward_pre_hooks)),
    linear=torch.nn.Linear(2, 2)(torch.ones(1, 2)).dtype, relu=F.relu.__module__, twice=hasattr(torch.Tensor, "twice"),
    alias=hasattr(numpy, "float"), builtin=(hasattr(builtins, "profile"), len(dir(builtins)), print is builtins.print),
    environ=sorted(k for k in os.environ if k.startswith("TEST_")), cwd=os.getcwd(), umask=oct(os.umask(0o22)),
    argv=sys.argv, path=sys.path, finders=len(sys.meta_path), hooks_=(sys.excepthook.__module__, sys.gettrace()),
    limit=sys.getrecursionlimit(), switch=sys.getswitchinterval(), stdout=type(sys.stdout).__name__,
    logs=(logging.root.level, len(logging.root.handlers), logging.root.manager.disable),
    loggers="mine" in logging.root.manager.loggerDict,
    filters=len(warnings.filters), caught=len(caught), signal=str(signal.getsignal(signal.SIGUSR1)),
    timer=signal.getitimer(signal.ITIMER_REAL), locale=locale.setlocale(locale.LC_ALL),
    gc=(gc.isenabled(), gc.get_threshold()),
    decimal=decimal.getcontext().prec, main=sorted(n for n in globals() if n.startswith("mine")),
    modules=sorted(n for n in sys.modules if n.startswith("mine")), saved=(numpy.random.__name__, time.sleep.__name__),
)
os.umask(0o22)
"""

EDITS = [
    "pass",
    "import torch; torch.set_default_dtype(torch.float64)",
    "import torch; torch.set_default_device('meta')",
    "import torch; torch.set_grad_enabled(False)",
    "import torch; torch.manual_seed(7); torch.rand(3)",
    "import random; random.seed(7)",
    "import numpy; numpy.random.seed(7); numpy.seterr(all='raise'); numpy.set_printoptions(precision=1)",
    "import torch; torch.use_deterministic_algorithms(True); torch.backends.cudnn.benchmark = True",
    "import torch; torch.set_autocast_enabled('cpu', True); torch.set_autocast_dtype('cpu', torch.float16)",
    "import torch; torch.autocast('cpu').__enter__()",
    "import torch; torch.set_printoptions(precision=1); torch.set_float32_matmul_precision('medium')",
    "import torch; torch.autograd.set_detect_anomaly(True)",
    "import torch; torch.set_num_threads(2)",
    "from torch.nn.modules.module import register_module_forward_hook as hook; hook(lambda m, i, o: o.double())",
    "import torch; torch.nn.Linear.forward = lambda self, x: x.double()",
    "import torch; torch.Tensor.twice = lambda self: self * 2",
    "import torch.nn.functional as F\ndef mine(x): return x\nF.relu = mine",
    "import numpy as np; np.float = float",
    "import builtins; builtins.profile = lambda f: f; builtins.print = lambda *a: None",
    "import builtins; del builtins.copyright",
    "import os; os.environ['TEST_X'] = '1'; os.chdir('/'); os.umask(0)",
    "import sys; sys.argv = ['x', '--epochs', '3']; sys.path.insert(0, '/mine'); sys.path = list(sys.path)",
    "import sys; sys.meta_path.clear()",
    "import sys, io; sys.stdout = io.StringIO(); sys.excepthook = lambda *a: None; sys.settrace(lambda *a: None)",
    "import sys; sys.setrecursionlimit(5000); sys.setswitchinterval(0.5)",
    "import logging; logging.basicConfig(level=10); logging.getLogger('mine').setLevel(10); logging.disable(50)",
    "import warnings; warnings.filterwarnings('ignore'); warnings.filters = []",
    "import warnings; warnings.warn('seen before?'); warnings.showwarning = lambda *a: None",
    "import signal; signal.signal(signal.SIGUSR1, lambda *a: None); signal.setitimer(signal.ITIMER_REAL, 1000)",
    "import locale; locale.setlocale(locale.LC_ALL, 'C')",
    "import gc; gc.disable(); gc.set_threshold(1, 1, 1)",
    "import decimal; decimal.getcontext().prec = 3",
    "import threading, time; threading.stack_size(1 << 20); threading.Thread(target=time.sleep, args=(9,)).start()",
    "import sys, types; sys.modules['mine_stub'] = types.ModuleType('mine_stub'); mine_global = 1",
    "import sys; sys.modules.pop('decimal', None); sys.modules['json'] = None",
    "import mine_module; mine_module.changed = True",
    "import time; time.sleep = lambda s: None",
    "import asyncio; asyncio.set_event_loop(asyncio.new_event_loop())",
    "import sys; sys.stdout.close()",
    "import os; os.close(1); os.close(2)",
    "import torch; torch.library.define('mine::op', '(Tensor x) -> Tensor')",
]


def test_any_sequence_of_edits(forking: Driver, tmp_path: Path):
    (tmp_path / "mine_module.py").write_text("changed = False\n")
    entry, fresh_entry = str(tmp_path / "main.py"), str(tmp_path / "fresh.py")
    programs = [f"{textwrap.dedent(edit)}\n" for edit in EDITS]
    fresh: dict[str, str] = {}
    for program in programs:
        # What the edit itself does to its own run is no matter; what the next program sees is.
        forking.engine.close(fresh_entry)
        fresh[program] = forking.out(program + "out = 'done'", fresh_entry)
    forking.engine.close(fresh_entry)
    expected = forking.out(PROBE, fresh_entry).replace("fresh.py", "main.py")
    assert expected.startswith("{'dtype'"), expected
    order = random.Random(5)
    sequence = programs + [order.choice(programs) for _ in range(20)]
    order.shuffle(sequence)
    sessions = {forking.pid(entry)}
    for program in sequence:
        assert forking.out(program + "out = 'done'", entry) == fresh[program], program
        assert forking.out(PROBE, entry) == expected, program
        sessions.add(forking.pid(entry))
    # Most edits are taken back; only what cannot be is answered with a new session.
    assert len(sessions) < len(sequence) // 2


def test_setting_a_dtype_keeps_the_session(forking: Driver):
    pid = forking.pid()
    assert forking.trace("import torch; torch.set_default_dtype(torch.float64)").dirty == ""
    assert forking.pid() == pid


@pytest.mark.parametrize(
    "edit", ["import torch; torch.set_default_dtype(torch.float64)", "import numpy as np; np.float = float"]
)
def test_sessions_that_are_spawned(spawning: Driver, edit: str):
    expected = spawning.out(PROBE)
    assert expected.startswith("{'dtype'"), expected
    assert spawning.out(edit + "; out = 1") == "1"
    assert spawning.out(PROBE) == expected


def test_a_namespace_package_whose_parent_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import importlib
    import sys

    from shapewright.worker.reset_modules import Modules

    (tmp_path / "outer_namespace" / "inner").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path)
    modules = Modules()
    importlib.import_module("outer_namespace.inner")
    del sys.modules["outer_namespace"]
    assert "outer_namespace.inner" in modules.user()
    modules.restore()
    assert "outer_namespace.inner" not in sys.modules
