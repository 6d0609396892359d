"""One source of shapes, one file: each has `read(scope) -> Reading`."""
