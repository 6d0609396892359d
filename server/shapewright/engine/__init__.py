"""Parent side of the worker: start it, route runs to sessions, keep deadlines, replace what is late, crashed, dirty."""

from shapewright.engine.engine import Engine

__all__ = ["Engine"]
