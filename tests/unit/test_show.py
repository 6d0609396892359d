import pytest

from shapewright.show import holds_tensor, module_text, symbolic_text, tensor_text, value_text
from shapewright.wire import ModuleFact, TensorFact, Value


def tensor(*shape: int | None, dtype: str | None = "float32") -> Value:
    return Value("tensor", "torch.Tensor", tensor=TensorFact(shape, dtype))


def sequence(kind: str, *items: Value, length: int | None = None) -> Value:
    return Value("sequence", kind, items=items, length=length)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (TensorFact((2, 16, 28, 28), "float32", symbols=("B", "", "", "")), "f32[B, 16, 28, 28]"),
        (TensorFact((None, 3), "int64"), "i64[?, 3]"),
        (TensorFact((), "bool"), "bool[]"),
        (TensorFact(None, "bfloat16"), "bf16[…]"),
        (TensorFact((4,), None), "tensor[4]"),
        (TensorFact((4,), "quint8"), "quint8[4]"),
    ],
)
def test_tensor_text(fact: TensorFact, text: str):
    assert tensor_text(fact) == text


def test_symbolic_text_is_a_python_tuple():
    assert symbolic_text(TensorFact((10,), "float32")) == "(10,)"
    assert symbolic_text(TensorFact((2, 10), "float32", symbols=("B", ""))) == "(B, 10)"
    assert symbolic_text(TensorFact((), "float32")) == "()"
    assert symbolic_text(TensorFact(None, "float32")) == "(...)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (sequence("tuple", tensor(2, 3), tensor(4)), "(f32[2, 3], f32[4])"),
        (sequence("tuple", tensor(2)), "(f32[2],)"),
        (sequence("list", *[tensor(2)] * 12), "[f32[2] × 12]"),
        (sequence("list", tensor(1), tensor(2), tensor(3), length=9), "[f32[1], f32[2], f32[3], …]"),
        (sequence("torch.Size", Value("number", "int", text="2")), "Size[2]"),
        (Value("mapping", "dict", items=(tensor(2), tensor(3)), keys=("a", "b")), "{a: f32[2], b: f32[3]}"),
        (Value("module", "torch.nn.modules.conv.Conv2d", module=ModuleFact("torch.nn.modules.conv.Conv2d")), "Conv2d"),
        (Value("array", "numpy.ndarray", tensor=TensorFact((5,), "float64")), "ndarray f64[5]"),
        (Value("number", "int", text="16"), "16"),
        (Value("unknown", ""), "?"),
        (Value("text", "str", text="x" * 100), "x" * 39 + "…"),
        (Value("other", "torch.optim.sgd.SGD"), "SGD"),
    ],
)
def test_value_text(value: Value, text: str):
    assert value_text(value) == text


def test_settings_that_are_as_usual_are_left_out():
    settings = {"in_channels": "3", "out_channels": "16", "stride": "(2, 2)", "padding": "(0, 0)", "groups": "1"}
    module = ModuleFact("torch.nn.Conv2d", settings=settings)
    assert module_text(module) == "Conv2d(in_channels=3, out_channels=16, stride=(2, 2))"


def test_a_tensor_is_found_however_deep():
    assert holds_tensor(sequence("tuple", Value("number", "int", text="1"), sequence("list", tensor(1))))
    assert not holds_tensor(sequence("tuple", Value("number", "int", text="1")))
