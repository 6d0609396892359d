from shapewright.lsp import hover_text
from shapewright.model import Finding, Location, Severity, ShapeFact
from shapewright.source import Position, Range
from shapewright.wire import Failure, ModuleFact, Operand, Span, TensorFact, Value


def tensor(*shape: int, dtype: str = "float32", device: str = "cpu", grad: bool = False) -> Value:
    return Value("tensor", "Tensor", TensorFact(shape, dtype, device, requires_grad=grad))


def at(line: int, column: int, length: int, path: str = "/a.py") -> Location:
    return Location(path, Range(Position(line, column), Position(line, column + length)))


def fact(value: Value, text: str = "x", line: int = 0, column: int = 0, caller: Location | None = None) -> ShapeFact:
    return ShapeFact(at(line, column, len(text)), value, "expression", "script", text, text, caller)


def test_one_value_with_dtype_device_and_origin():
    assert hover_text.value([fact(tensor(8, 10, device="cuda:0", grad=True))]) == (
        "```python\nx: f32[8, 10]\n```\n\n"
        "| dtype | device | elements | memory | gradient |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| `float32` | `cuda:0` | 80 | 320 B | required |\n\n*seen when the file ran*"
    )


def test_the_memory_of_a_tensor_and_what_nobody_knows_of_one():
    assert "| 1,048,576 | 8.0 MiB |" in hover_text.value([fact(tensor(1024, 1024, dtype="float64"))])
    assert "| 6 | 6 B |" in hover_text.value([fact(tensor(6, dtype="bool"))])
    assert "| 3 | 24 B |" in hover_text.value([fact(tensor(3, dtype="complex64"))])
    assert "| 2 | 2 B |" in hover_text.value([fact(tensor(2, dtype="float8_e4m3fn"))])
    open_ = Value("tensor", "Tensor", TensorFact((None, 3), None))
    assert "| dtype | device |\n| --- | --- |\n| unknown | `cpu` |" in hover_text.value([fact(open_)])


def test_the_items_of_a_tuple_are_rows():
    pair = Value("sequence", "tuple", items=(tensor(2, 5), tensor(1, 2, 5)), length=2)
    assert "| `[0]` | `f32[2, 5]` |\n| `[1]` | `f32[1, 2, 5]` |" in hover_text.value([fact(pair)])
    named = Value("mapping", "dict", items=(tensor(2), tensor(3)), keys=("a|b", "c"), length=2)
    assert "| `a\\|b` | `f32[2]` |" in hover_text.value([fact(named)])
    many = Value("sequence", "list", items=tuple(tensor(n) for n in range(20)), length=20)
    assert hover_text.value([fact(many)]).count("\n| `[") == 8


def test_distinct_values_come_with_their_callers_and_three_are_enough():
    places = [at(3, 0, 1), at(4, 0, 1, "/train.py"), at(5, 0, 1), at(6, 0, 1), at(7, 0, 1)]
    facts = [fact(tensor(size, 10), caller=place) for size, place in zip((8, 16, 8, 4, 2), places, strict=True)]
    assert hover_text.value(facts) == (
        "```python\n"
        "x: f32[8, 10]   # called in line 4\n"
        "x: f32[16, 10]  # called in train.py:5\n"
        "x: f32[4, 10]   # called in line 7\n"
        "```\n\nand 1 more value\n\n*seen when the file ran*"
    )


def test_an_unknown_value_is_left_out_where_there_are_known_ones():
    shown = hover_text.value([fact(Value("unknown", "")), fact(tensor(3))])
    assert "x: f32[3]" in shown
    assert "unknown" not in shown
    assert "x: unknown" in hover_text.value([fact(Value("unknown", ""))])


def test_where_inputs_came_from():
    declared = ShapeFact(at(0, 0, 1), tensor(3), "parameter", "docstring", "x", "x")
    assert hover_text.value([declared]).endswith("*inputs from the docstring*")


def test_a_long_expression_is_cut():
    assert hover_text.value([fact(tensor(3), "a" * 100)]).startswith("```python\n" + "a" * 39 + "…: f32[3]")


def module() -> ShapeFact:
    held = ModuleFact(
        "Conv2d",
        settings={"in_channels": "3", "out_channels": "16", "groups": "1"},
        parameters={"weight": TensorFact((16, 3, 3, 3), "float32")},
        count=1432,
    )
    return fact(Value("module", "Conv2d", module=held), "self.conv")


def call(out: Value, *given: Value, line: int = 5, callers: tuple[Location | None, ...] = (None,)) -> list[ShapeFact]:
    """`self.conv(x)` in a line, with the values of `x`."""
    arguments = [fact(value, "x", line, 10, caller) for value, caller in zip(given, callers, strict=True)]
    return [*arguments, fact(out, "self.conv(x)", line)]


def test_a_module_shows_settings_flow_and_parameters():
    assert hover_text.value([module()], call(tensor(8, 16, 9, 9), tensor(8, 3, 9, 9))) == (
        "```python\nself.conv: Conv2d(in_channels=3, out_channels=16)\n```\n\n"
        "```python\nf32[8, 3, 9, 9] → f32[8, 16, 9, 9]\n```\n\n"
        "1,432 parameters\n\n"
        "| parameter | shape | elements |\n| --- | --- | --- |\n| `weight` | `f32[16, 3, 3, 3]` | 432 |\n\n"
        "*seen when the file ran*"
    )


def test_only_calls_of_this_module_count():
    others = [
        fact(tensor(1), "self.conv2(x)", 6),
        fact(tensor(2), "self.conv(x).relu()", 7),
        fact(tensor(3), "self.conv", 8),
    ]
    assert "→" not in hover_text.value([module()], others)


def test_a_failed_call_has_no_result():
    first, second = at(20, 0, 1), at(21, 0, 1)
    around = call(tensor(1, 16), tensor(1, 1), tensor(1, 3), callers=(first, second))
    failure = Failure(
        "conv2d", Span("/a.py", 6, 0, 6, 12), "RuntimeError", "", operands=(Operand("input", tensor(1, 1)),)
    )
    finding = Finding("conv-channels", Severity.ERROR, "", at(5, 0, len("self.conv(x)")), failure=failure)
    shown = hover_text.value([module()], around, [finding])
    assert "f32[1, 3] → f32[1, 16]" in shown
    assert "f32[1, 1] →" not in shown


def test_a_failure_without_tensors_has_no_picture():
    failure = Failure("python.NameError", Span("/a.py", 1, 0, 1, 1), "NameError", "")
    assert hover_text.failure(Finding("python-error", Severity.ERROR, "", at(0, 0, 1), failure=failure)) == ""
