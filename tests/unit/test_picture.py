import textwrap

from shapewright.picture import picture
from shapewright.wire import Failure, ModuleFact, Operand, Span, TensorFact, Value

SPAN = Span("a.py", 1, 0, 1, 1)


def operand(name: str, *shape: int, dtype: str = "float32") -> Operand:
    return Operand(name, Value("tensor", "Tensor", TensorFact(shape, dtype)))


def failure(op: str, *operands: Operand, module: ModuleFact | None = None, **arguments: str) -> Failure:
    return Failure(op, SPAN, "RuntimeError", "", operands=operands, module=module, arguments=arguments)


def drawn(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_channels_of_a_convolution():
    layer = ModuleFact("Conv2d", settings={"in_channels": "3"})
    shown = picture(
        failure("torch.conv2d", operand("input", 1, 1, 28, 28), operand("weight", 16, 3, 3, 3), module=layer)
    )
    assert shown == drawn(
        """
        input   f32[ 1, 1, 28, 28]
        weight  f32[16, 3,  3,  3]
        wanted     [ ·, 3,  ·,  ·]
                        ^
        """
    )


def test_an_unbatched_image_is_measured_at_its_own_channels():
    shown = picture(failure("torch.conv2d", operand("input", 1, 28, 28), operand("weight", 16, 3, 3, 3)))
    assert shown == drawn(
        """
        input   f32    [1, 28, 28]
        weight  f32[16, 3,  3,  3]
        wanted         [3,  ·,  ·]
                        ^
        """
    )


def test_features_of_a_linear_layer():
    layer = ModuleFact("Linear", settings={"in_features": "400"})
    shown = picture(failure("torch.linear", operand("input", 32, 256), module=layer))
    assert shown == drawn(
        """
        input   f32[32, 256]
        wanted     [ ·, 400]
                        ^^^
        """
    )


def test_operands_that_do_not_broadcast():
    shown = picture(failure("torch.Tensor.add", operand("input", 8, 10, 3), operand("other", 5, 1)))
    assert shown == drawn(
        """
        input  f32[8, 10, 3]
        other  f32   [ 5, 1]
                      ^^
        """
    )


def test_a_product():
    shown = picture(failure("torch.matmul", operand("input", 2, 3), operand("other", 4, 5)))
    assert shown == drawn(
        """
        input   f32[2, 3]
        other   f32[4, 5]
        wanted     [·, 4]
                       ^
        """
    )


def test_a_product_with_a_vector():
    shown = picture(failure("torch.matmul", operand("input", 2, 3), operand("other", 4)))
    assert shown.splitlines()[2:] == ["wanted     [·, 4]", "               ^"]


def test_dtypes_stand_below_each_other():
    shown = picture(failure("torch.other", operand("input", 2, dtype="float64"), operand("index", 3, dtype="bool")))
    assert shown == drawn(
        """
        input   f64[2]
        index  bool[3]
        """
    )


def test_an_unknown_rank_is_no_error():
    unknown = Operand("input", Value("tensor", "Tensor", TensorFact(None, None)))
    assert (
        picture(failure("torch.conv2d", unknown, operand("weight", 16, 3, 3, 3))).splitlines()[0] == "input   tensor[…]"
    )


def test_nothing_to_draw():
    assert picture(failure("python.NameError")) == ""
