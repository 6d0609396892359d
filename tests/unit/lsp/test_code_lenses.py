from shapewright import wire
from shapewright.lsp.features.code_lenses import header, text

IMAGE = wire.Value("tensor", "Tensor", wire.TensorFact((1, 3, 28, 28), "float32"))
GIVEN = (wire.ValueFact(wire.Span("", 1, 0, 1, 0), IMAGE, "parameter", "layers", "x"),)


def test_what_a_lens_says():
    def said(**more: object) -> str:
        fields: dict[str, object] = {"name": "Net", "kind": "class", "span": None, "status": "checked", **more}
        return text(wire.TargetStatus(**fields))  # type: ignore[arg-type]  # the fields are those of the class

    assert said(source="layers", inputs=GIVEN) == "checked with x: f32[1, 3, 28, 28] (found from its layers)"
    assert said(source="docstring", inputs=GIVEN) == "checked with x: f32[1, 3, 28, 28] (from its docstring)"
    assert said(source="script") == "checked"
    assert said(status="unchecked", reason="no input\nwas found") == "not checked: no input was found"
    assert said(status="partial", reason="it stopped") == "checked in part: it stopped"
    assert len(said(status="unchecked", reason="a" * 200)) == 100


def test_the_line_of_a_class_is_found_in_a_text_that_does_not_parse():
    lines = [
        "class Nets(:",
        "",
        "class Net(nn.Module):",
        "    def forward(",
        "    class Head(nn.Module):",
        "class Head:",
    ]
    assert header(lines, "Net") == 2
    assert header(lines, "Net.Head") == 4
    assert header(lines, "Head") == 5
    assert header(lines, "Gone") is None
