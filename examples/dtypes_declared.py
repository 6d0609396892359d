"""The mistake of dtypes.py in a class that nobody calls: the docstring says what comes in."""

from torch import nn


class Forecaster(nn.Module):
    """A linear forecast of one value from ten readings."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(10, 1)

    def forward(self, readings):
        """Forecast one value.

        Args:
            readings (torch.DoubleTensor): Sensor readings, shape (B, 10), dtype float64.

        Returns:
            The forecast, shape (B, 1).
        """
        return self.linear(readings)
