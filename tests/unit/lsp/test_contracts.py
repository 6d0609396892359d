from shapewright import contract_text, wire
from shapewright.lsp import contracts, hover_text
from shapewright.model import Location, ShapeFact
from shapewright.source import Position, Range, SourceText

TEXT = """\
class Block(nn.Module):
    def forward(self, x):
        return x

class Net(nn.Module):
    class Head(nn.Module):
        async def forward(self, x): ...

    def forward(self, x)
        return self.Net + Net(
"""


def tensor(shape: tuple[int, ...], *symbols: str) -> wire.Value:
    return wire.Value("tensor", "Tensor", wire.TensorFact(shape, "float32", symbols=symbols))


NET = wire.Contract(
    "Net",
    (wire.ValueFact(wire.Span("", 1, 0, 1, 0), tensor((2, 3, 64, 64), "B", "in_channels", "H", "W"), name="x"),),
    (tensor((2, 10), "B", "10"),),
    (
        wire.Constraint("H % 32 == 0", breaks={"H": 33}, message="sizes must match"),
        wire.Constraint("B >= 2", True, {"B": 1}, "more than 1 value"),
    ),
    {"B": 2, "H": 64, "W": 64},
    {"in_channels": 3},
    "B",
    1000,
    wire.Growth(0, 2_000_000),
    wire.Growth(0, 4000),
    wire.Growth(500, 9000),
    True,
    "docstring",
)
KNOWN = contracts.by_name([NET, wire.Contract("Net.Head"), wire.Contract("Block")])


def found(line: int, column: int) -> str | None:
    place = contracts.at(SourceText("/a.py", TEXT), Position(line, column), KNOWN)
    return place[0].name if place else None


def test_a_class_and_its_forward_stand_for_a_contract_also_in_a_text_that_does_not_parse():
    assert found(0, 6) == "Block" and found(4, 9) == "Net" and found(5, 10) == "Net.Head"
    assert found(1, 10) == "Block" and found(6, 20) == "Net.Head" and found(8, 9) == "Net"
    assert found(9, 27) == "Net"
    assert found(9, 21) is None and found(2, 9) is None and found(9, 15) is None


def test_a_module_stands_for_the_contract_of_its_class():
    here = Location("/a.py", Range(Position(0, 0), Position(0, 3)))

    def fact(type_: str, library: bool) -> ShapeFact:
        value = wire.Value("module", type_, module=wire.ModuleFact(type_, library=library))
        return ShapeFact(here, value, "expression", "script", "net", "net")

    assert contracts.of_value([fact("Net", False)], KNOWN) is NET
    assert contracts.of_value([fact("Net", True)], KNOWN) is None
    assert contracts.of_value([fact("Other", False)], KNOWN) is None
    assert contracts.of_value([], KNOWN) is None


def test_the_line_above_a_class():
    assert contract_text.line(NET) == (
        "f32[B, in_channels, H, W] → f32[B, 10] · H % 32 == 0 · B >= 2 in training · 1,000 parameters · 2.00 MFLOPs × B"
    )


def test_the_hover_of_a_class():
    assert hover_text.contract(NET) == (
        "**Net**\n```python\n"
        "x: f32[B, in_channels, H, W]\n→ f32[B, 10]\nwhere H % 32 == 0\nwhere B >= 2 in training\n"
        "with in_channels = 3\n"
        "```\n\n"
        "- 1,000 parameters (4.00 kB in float32)\n"
        "- one forward: 2.00 MFLOPs × B at H = 64, W = 64\n"
        "- peak activations: 4.00 kB × B (B = 1: 4.00 kB, B = 8: 32.0 kB, B = 32: 128 kB, B = 128: 512 kB)\n"
        "- peak activations in training: 9.00 kB × B + 500 B "
        "(B = 1: 9.50 kB, B = 8: 72.5 kB, B = 32: 288 kB, B = 128: 1.15 MB)\n\n"
        "What PyTorch says where a condition does not hold:\n"
        "- `H % 32 == 0`: sizes must match\n- `B >= 2`: more than 1 value\n\n"
        "*inputs from the docstring; found by running it on other sizes*"
    )


def test_as_data_nothing_is_left_out():
    data = contract_text.data(NET)
    assert data["inputs"] == [{"name": "x", "value": "f32[B, in_channels, H, W]"}]
    assert data["outputs"] == ["f32[B, 10]"]
    assert data["constraints"][1] == {
        "text": "B >= 2",
        "training": True,
        "breaks": {"B": 1},
        "message": "more than 1 value",
    }
    assert (data["flops"], data["training_memory"]) == ({"fixed": 0, "each": 2_000_000}, {"fixed": 500, "each": 9000})
    assert set(data) == set(wire.Contract.__dataclass_fields__)
