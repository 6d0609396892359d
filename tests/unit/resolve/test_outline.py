import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from shapewright.resolve.client import Jedi, packages_of
from shapewright.resolve.outline import Links, Outline, Outlines
from shapewright.source import Range, SourceText


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("workspace")
    files = {
        "base.py": """
            from torch.nn import Module as M
            import torch.nn as nn

            class Base(M):
                def __init__(self):
                    super().__init__()
                    self.stem = nn.Conv2d(3, 8, 3)
                def forward(self, x):
                    return self.stem(x)
            """,
        "pkg/__init__.py": "from .middle import Middle as Exported\n",
        "pkg/middle.py": """
            from base import Base

            class Middle(Base):
                pass

            class Plain:
                pass
            """,
        "stars.py": "from base import *\nAlias = Base\n",
        "train.py": """
            from net import Net
            import net
            model = Net(10)
            other = net.Net(
                classes=3)
            """,
        "decoy.py": "class Net:\n    pass\nNet()\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(textwrap.dedent(text))
    return root


@pytest.fixture(scope="module")
def jedi(workspace: Path) -> Iterator[Jedi]:
    client = Jedi([str(workspace)], packages_of(sys.executable), deadline=60)
    yield client
    client.close()


def source(workspace: Path, text: str, name: str = "net.py") -> SourceText:
    return SourceText(str(workspace / name), textwrap.dedent(text))


NET = """
    import torch.nn as nn
    from torch.nn import Module as M, Sequential
    from pkg import Exported
    import pkg.middle as mid
    from stars import Alias

    class Net(Exported):
        def __init__(self, classes):
            super().__init__()
            self.conv1 = nn.Conv2d(8, 16, 3)

    class Aliased(M):
        def forward(self, x):
            return x

    class Chain(Sequential):
        pass

    class Local(Net):
        pass

    class Dotted(mid.Middle):
        pass

    class Renamed(Alias):
        pass

    class Plain(mid.Plain):
        pass

    class Data:
        pass
    """


def names(outline: Outline) -> list[str]:
    return [item.name for item in outline.classes if not item.imported]


def test_bases_are_followed_through_files_and_aliases(workspace: Path, jedi: Jedi):
    outline = Outlines(jedi, [str(workspace)]).outline(source(workspace, NET))
    assert names(outline) == ["Net", "Aliased", "Chain", "Local", "Dotted", "Renamed"]
    assert outline.complete
    local = next(item for item in outline.classes if item.name == "Local")
    assert local.bases == ("Net", "pkg.middle.Middle", "base.Base", "torch.nn.Module")
    assert local.forward is not None
    assert local.forward.path == str(workspace / "base.py")


def test_where_a_layer_was_declared(workspace: Path, jedi: Jedi):
    text = source(workspace, NET)
    net = Outlines(jedi, [str(workspace)]).outline(text).classes[0]
    conv = net.declaration("conv1")
    stem = net.declaration("stem")
    assert conv is not None
    assert stem is not None
    assert text.slice(conv.location.range) == "self.conv1"
    assert text.slice(conv.value.range) == "nn.Conv2d(8, 16, 3)"
    assert conv.made_by == "torch.nn.Conv2d"
    assert stem.location.path == str(workspace / "base.py")
    assert net.declaration("nothing") is None


def test_imported_classes_of_the_workspace_are_part_of_it(workspace: Path, jedi: Jedi):
    outline = Outlines(jedi, [str(workspace)]).outline(source(workspace, NET))
    imported = [(item.name, Path(item.location.path).name) for item in outline.classes if item.imported]
    assert imported == [("Exported", "middle.py"), ("Alias", "base.py")]


def test_calls_are_found_in_other_files(workspace: Path, jedi: Jedi):
    text = source(workspace, NET)
    (workspace / "net.py").write_text(text.text)
    calls = jedi.calls(text, "Net", {})
    assert [(Path(call.path).name, call.range.start.line, call.range.end.line) for call in calls] == [
        ("train.py", 3, 3),
        ("train.py", 4, 5),
    ]


def test_an_unsaved_buffer_wins(workspace: Path, jedi: Jedi):
    middle = str(workspace / "pkg" / "middle.py")
    outline = Outlines(jedi, [str(workspace)]).outline(source(workspace, NET), {middle: "class Middle:\n    pass\n"})
    assert "Net" not in names(outline)
    assert "Aliased" in names(outline)


class Counting:
    def __init__(self, jedi: Jedi | None):
        self.jedi, self.count = jedi, 0

    def links(self, source: SourceText, names: Mapping[str, Range], buffers: Mapping[str, str]) -> Links | None:
        self.count += 1
        return self.jedi.links(source, names, buffers) if self.jedi else None


def test_an_edit_that_touches_no_header_asks_nothing(workspace: Path, jedi: Jedi):
    counting = Counting(jedi)
    outlines = Outlines(counting, [str(workspace)])
    first = outlines.outline(source(workspace, NET))
    second = outlines.outline(source(workspace, "# a line more\n" + textwrap.dedent(NET).replace("16", "32")))
    assert counting.count == 1
    assert names(first) == names(second)
    assert second.classes[0].location.range.start.line == first.classes[0].location.range.start.line + 1
    outlines.outline(source(workspace, NET.replace("class Data:", "class Data(mid.Plain):")))
    assert counting.count == 2
    outlines.outline(source(workspace, NET), {str(workspace / "base.py"): "class Base:\n    pass\n"})
    assert counting.count == 3


def test_without_an_answer_the_file_speaks_for_itself(workspace: Path):
    outlines = Outlines(counting := Counting(None), [str(workspace)])
    for _ in range(3):
        outline = outlines.outline(source(workspace, NET))
        assert names(outline) == ["Aliased", "Chain"]
        assert not outline.complete
    assert counting.count == 1


def test_a_plain_file_needs_no_process(workspace: Path):
    jedi = Jedi([str(workspace)], deadline=0.0)
    outline = Outlines(jedi).outline(source(workspace, "import torch\nclass Net(torch.nn.Module):\n    pass\n"))
    assert outline.complete
    assert names(outline) == ["Net"]


def test_a_late_answer_is_not_waited_for_and_the_next_one_is_right(workspace: Path):
    text = source(workspace, NET)
    jedi = Jedi([str(workspace)], deadline=0.0)
    assert not Outlines(jedi).outline(text).complete
    jedi = Jedi([str(workspace)], deadline=60)
    try:
        assert Outlines(jedi).outline(text).complete
    finally:
        jedi.close()
