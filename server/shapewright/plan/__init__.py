"""What to run, and with which inputs."""

from shapewright.plan.build import build, parse
from shapewright.plan.pinned import PinError, pin

__all__ = ["PinError", "build", "parse", "pin"]
